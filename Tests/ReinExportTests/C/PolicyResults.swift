import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces
import ReinTestSupport

/// What a program of another language has made of a `PolicyInput`: outputs, action and state of every row of every step.
struct PolicyResults {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// Compares what comes next with the policy itself.
    ///
    /// - Returns: what is different first; nil when nothing is.
    mutating func difference(from exported: SamplePolicy, _ input: PolicyInput) -> String? {
        let policy = exported.policy
        let rows = PolicyInput.rows
        let (actionWidth, stateWidth) = (policy.actionSpace.width, policy.stateWidth)
        let after = rest.dropFirst(4 * (policy.outputCount + actionWidth + stateWidth) * rows * PolicyInput.steps)
        defer { rest = after }
        let inference = PolicyInference(policy, rows: rows)
        var states = (0..<rows).map { _ in policy.initialState }
        for step in 0..<PolicyInput.steps {
            let masks = input.masks[step]
            var actions = [Float](repeating: 0, count: rows * actionWidth)
            withOptionalPointer(masks) {
                inference.act(rows: rows, observations: input.observations[step], masks: $0, into: &actions)
            }
            for row in 0..<rows {
                let observation = Self.row(row, of: input.observations[step])
                var nudged = states[row]
                let nudgedOutputs = policy.outputs(for: observation.map(\.nextUp), state: &nudged)
                var comparison = RowComparison(outputs: policy.outputs(for: observation, state: &states[row]))
                if policy.observationNormalizer == nil {
                    comparison.allow(4, of: comparison.outputs, nudgedOutputs)
                    comparison.allow(4, of: states[row], nudged)
                }
                let (outputs, action) = (numbers(policy.outputCount), numbers(actionWidth))
                let state = (0..<stateWidth).map { inference.states.pointer[row * stateWidth + $0] }
                let problem =
                    comparison.problem(outputs, comparison.outputs) ?? comparison.problem(numbers(stateWidth), state)
                    ?? comparison.problem(
                        action: action, Self.row(row, of: actions), policy.actionSpace,
                        isExact: outputs == comparison.outputs,
                        masks.map { Self.row(row, of: $0) })
                if let problem { return "\(exported), step \(step), row \(row): \(problem)" }
            }
        }
        return nil
    }

    private static func row<Element>(_ row: Int, of elements: [Element]) -> [Element] {
        let width = elements.count / PolicyInput.rows
        return Array(elements[row * width..<(row + 1) * width])
    }

    private mutating func numbers(_ count: Int) -> [Float] {
        let bytes = Array(rest.prefix(4 * count))
        rest = rest.dropFirst(4 * count)
        guard bytes.count == 4 * count else { return [] }
        return bytes.withUnsafeBytes { raw in
            (0..<count).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
    }
}

/// Calls `body` with the elements of an array, or with nil.
private func withOptionalPointer(_ elements: [Bool]?, _ body: (UnsafePointer<Bool>?) -> Void) {
    guard let elements else { return body(nil) }
    elements.withUnsafeBufferPointer { body($0.baseAddress) }
}
