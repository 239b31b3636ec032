#if Serving
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinServing

/// What a policy answers to requests, without a server.
@Suite("Answers of every kind of policy")
struct AnsweringTests {
    private static let rows = 300

    private func observations(_ policy: Policy) -> [Float] {
        var random = RandomStream(seed: 4, name: "observations")
        return (0..<Self.rows * policy.observationSpace.count).map { _ in 3 * random.nextNormal() }
    }

    /// Masks that leave the first choice of each component, and every second one.
    private func masks(_ policy: Policy) -> [UInt8] {
        let counts = policy.actionSpace.choiceCounts
        return (0..<Self.rows).flatMap { row in
            counts.flatMap { count in (0..<count).map { $0 == 0 || ($0 + row).isMultiple(of: 2) ? 1 : 0 } }
        }
    }

    private func numbers(_ action: Action, _ space: ActionSpace) -> [Double] {
        switch action {
        case .discrete(let index):
            if case .discrete(let discrete) = space { [Double(discrete.number(ofIndex: index))] } else { [] }
        case .multiDiscrete(let indices): indices.map { Double($0) }
        case .continuous(let elements): elements.map { Double($0) }
        }
    }

    private func elements(_ tensor: InferenceTensor) -> [Double] {
        let raw = UnsafeRawPointer(tensor.bytes.pointer)
        return (0..<tensor.count).map { index in
            tensor.datatype == .int64
                ? Double(raw.load(fromByteOffset: 8 * index, as: Int64.self))
                : Double(raw.load(fromByteOffset: 4 * index, as: Float.self))
        }
    }

    @Test("Rows are answered as the policy answers them one by one", arguments: SamplePolicy.all)
    func rowsAlone(sample: SamplePolicy) throws {
        let policy = sample.policy
        let observations = observations(policy)
        let width = policy.observationSpace.count
        for isMasked in [false, true] where !isMasked || policy.actionSpace.isDiscrete {
            let masks = masks(policy)
            var inputs = [InferenceTensor("obs", [Self.rows] + policy.observationSpace.shape, observations)]
            if isMasked {
                inputs.append(
                    InferenceTensor(
                        name: "action_mask", datatype: .bool, shape: [Self.rows, policy.actionSpace.maskWidth],
                        bytes: AlignedBuffer(masks)))
            }
            let answer = try policy.answer(InferenceRequest(model: "m", inputs: inputs))
            #expect(answer.map(\.name).prefix(2) == ["action", "output"])
            let (actions, outputs) = (elements(answer[0]), elements(answer[1]))
            let actionWidth = policy.actionSpace.width
            for row in stride(from: 0, to: Self.rows, by: 37) {
                let observation = Array(observations[row * width..<(row + 1) * width])
                let maskWidth = policy.actionSpace.maskWidth
                let mask = masks[row * maskWidth..<(row + 1) * maskWidth].map { $0 == 1 }
                var state = policy.initialState
                let shown = policy.outputs(for: observation, state: &state)
                state = policy.initialState
                let action = policy.action(for: observation, mask: isMasked ? mask : nil, state: &state)
                #expect(
                    Array(actions[row * actionWidth..<(row + 1) * actionWidth]).isClose(
                        to: numbers(action, policy.actionSpace)))
                #expect(
                    Array(outputs[row * policy.outputCount..<(row + 1) * policy.outputCount]).isClose(
                        to: shown.map { Double($0) }))
                for (index, tensor) in answer.dropFirst(2).enumerated() {
                    let part = policy.stateWidth / policy.stateCount
                    #expect(tensor.name == "state_out_\(index)" && tensor.shape == [Self.rows, part])
                    #expect(
                        Array(elements(tensor)[row * part..<(row + 1) * part]).isClose(
                            to: state[index * part..<(index + 1) * part].map { Double($0) }))
                }
            }
        }
    }

    @Test(
        "States that are handed in and out are those of an episode",
        arguments: SamplePolicy.all.filter(\.policy.isRecurrent))
    func episodes(sample: SamplePolicy) throws {
        let policy = sample.policy
        let width = policy.observationSpace.count
        let observations = observations(policy)
        var state = policy.initialState
        var states: [InferenceTensor] = []
        for step in 0..<20 {
            let observation = Array(observations[step * width..<(step + 1) * width])
            let inputs = [InferenceTensor("obs", [1] + policy.observationSpace.shape, observation)] + states
            let answer = try policy.answer(InferenceRequest(model: "m", inputs: inputs))
            let action = policy.action(for: observation, state: &state)
            #expect(elements(answer[0]).isClose(to: numbers(action, policy.actionSpace)))
            states = answer.dropFirst(2).map {
                var tensor = $0
                tensor.name = "state_in" + tensor.name.dropFirst("state_out".count)
                return tensor
            }
        }
    }

    @Test("Draws repeat with their seed, and are others without", arguments: SamplePolicy.all)
    func draws(sample: SamplePolicy) throws {
        let policy = sample.policy
        let inputs = [InferenceTensor("obs", [Self.rows] + policy.observationSpace.shape, observations(policy))]
        func actions(_ parameters: [(name: String, value: ParameterValue)]) throws -> [Double] {
            let request = InferenceRequest(
                model: "m", parameters: parameters, inputs: inputs, outputs: [RequestedOutput(name: "action")])
            let answer = try policy.answer(request)
            #expect(answer.count == 1)
            return elements(answer[0])
        }
        let seeded: [(name: String, value: ParameterValue)] = [("explore", .bool(true)), ("seed", .int(5))]
        let first = try actions(seeded)
        #expect(try actions(seeded) == first)
        let likely = try actions([])
        var draws = false
        switch policy.distribution {
        case .deterministic, .actionValues: break
        case .categorical(let kind): draws = kind.count > 1
        default: draws = true
        }
        if draws { #expect(first != likely) } else { #expect(first == likely) }
        if draws { #expect(try actions([("explore", .bool(true))]) != first) }
    }
}

extension InferenceTensor {
    /// A tensor of numbers of single precision.
    init(_ name: String, _ shape: [Int], _ elements: [Float]) {
        self.init(
            name: name, datatype: .fp32, shape: shape,
            bytes: AlignedBuffer(elements.flatMap { withUnsafeBytes(of: $0) { Array($0) } }))
    }
}

extension Policy {
    /// Answers a request.
    func answer(_ request: InferenceRequest, maxRows: Int = 4096) throws(ServingError) -> [InferenceTensor] {
        let prepared = try PreparedInference(request, for: self, maxRows: maxRows) { 99 }
        let results = InferenceResults(self, rows: prepared.rows)
        ActingPool(self).act(on: prepared, into: results)
        return results.tensors(for: prepared, of: self)
    }
}

extension [Double] {
    /// Whether numbers are others' but for roundings: those of batches are added in another order.
    func isClose(to others: [Double]) -> Bool {
        count == others.count
            && zip(self, others).allSatisfy { abs($0 - $1) <= 1e-5 * Swift.max(1, Swift.max(abs($0), abs($1))) }
    }
}
#endif
