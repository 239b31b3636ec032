import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces

/// What a program of another language has made of a `PolicyInput`: outputs, action and state of every row of every step.
struct PolicyResults {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// Compares what comes next with the policy itself.
    ///
    /// - Returns: what is different first; nil when nothing is.
    mutating func difference(from exported: ExportedPolicy, _ input: PolicyInput) -> String? {
        let policy = exported.policy
        let rows = PolicyInput.rows
        let rowCount = policy.outputCount + policy.actionSpace.width + policy.stateWidth
        let after = rest.dropFirst(4 * rowCount * rows * PolicyInput.steps)
        defer { rest = after }
        let inference = PolicyInference(policy, rows: rows)
        var states = (0..<rows).map { _ in policy.initialState }
        let actionWidth = policy.actionSpace.width
        for step in 0..<PolicyInput.steps {
            var actions = [Float](repeating: 0, count: rows * actionWidth)
            let masks = input.masks[step]
            withOptionalPointer(masks) {
                inference.act(rows: rows, observations: input.observations[step], masks: $0, into: &actions)
            }
            for row in 0..<rows {
                let width = policy.observationSpace.count
                let observation = Array(input.observations[step][row * width..<(row + 1) * width])
                let outputs = policy.outputs(for: observation, state: &states[row])
                let found = (numbers(policy.outputCount), numbers(actionWidth), numbers(policy.stateWidth))
                let place = "\(exported), step \(step), row \(row)"
                if let difference = Self.difference(found.0, outputs) { return "\(place), outputs: \(difference)" }
                let state = (0..<policy.stateWidth).map { inference.states.pointer[row * policy.stateWidth + $0] }
                if let difference = Self.difference(found.2, state) { return "\(place), state: \(difference)" }
                let action = Array(actions[row * actionWidth..<(row + 1) * actionWidth])
                let mask = masks.map {
                    Array($0[row * policy.distribution.maskWidth..<(row + 1) * policy.distribution.maskWidth])
                }
                if let difference = Self.difference(found.1, action, policy, outputs, isExact: found.0 == outputs, mask)
                {
                    return "\(place), action: \(difference)"
                }
            }
        }
        return nil
    }

    private mutating func numbers(_ count: Int) -> [Float] {
        let bytes = Array(rest.prefix(4 * count))
        rest = rest.dropFirst(4 * count)
        guard bytes.count == 4 * count else { return [] }
        return bytes.withUnsafeBytes { raw in
            (0..<count).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
    }

    /// Numbers are the same within a hundred-thousandth of the largest, or of 1, and NaN where NaN is expected.
    private static func difference(_ found: [Float], _ expected: [Float], scale: Float = 1) -> String? {
        let tolerance = 1e-5 * expected.reduce(scale) { max($0, $1.isNaN ? 0 : abs($1)) }
        let isSame =
            found.count == expected.count
            && zip(found, expected).allSatisfy {
                $0 == $1 || abs($0 - $1) <= tolerance || ($0.isNaN && $1.isNaN)
            }
        return isSame ? nil : "\(found.prefix(8)), not \(expected.prefix(8))"
    }

    /// Actions are the same; discrete ones only where the outputs are to the last bit, or the two best are not too close to
    /// tell, but valid always.
    private static func difference(
        _ found: [Float], _ expected: [Float], _ policy: Policy, _ outputs: [Float], isExact: Bool, _ mask: [Bool]?
    ) -> String? {
        let counts: [Int]
        switch policy.actionSpace {
        case .box: return difference(found, expected, scale: outputs.reduce(1) { max($0, $1.isNaN ? 0 : abs($1)) })
        case .discrete(let discrete): counts = [discrete.count]
        case .multiDiscrete(let space): counts = space.counts
        }
        guard found.count == counts.count else { return "\(found)" }
        var start: Float = 0
        if case .discrete(let discrete) = policy.actionSpace { start = Float(discrete.start) }
        var first = 0
        for (index, count) in counts.enumerated() {
            let action = found[index] - start
            guard let choice = Int(exactly: action), (0..<count).contains(choice) else { return "\(found)" }
            if let mask, !mask[first + choice] { return "\(choice), which is masked" }
            let valid = (0..<count).filter { mask?[first + $0] ?? true }.map { outputs[first + $0] }.sorted()
            let margin = 1e-4 * outputs.reduce(1) { max($0, abs($1)) }
            let isClose = valid.count > 1 && valid[valid.count - 1] - valid[valid.count - 2] <= margin
            if isExact || !isClose, action != expected[index] { return "\(found), not \(expected) from \(start)" }
            first += count
        }
        return nil
    }
}

/// Calls `body` with the elements of an array, or with nil.
private func withOptionalPointer(_ elements: [Bool]?, _ body: (UnsafePointer<Bool>?) -> Void) {
    guard let elements else { return body(nil) }
    elements.withUnsafeBufferPointer { body($0.baseAddress) }
}
