#if Serving
import ReinCheckpoints
import ReinNumerics
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinServing

@Suite("Sequences of recurrent policies")
struct SequenceAnswerTests {
    @Test("Episodes are those of the policy", arguments: SamplePolicy.all.filter(\.policy.isRecurrent))
    func episodes(sample: SamplePolicy) throws {
        let policy = sample.policy
        try RunFolder.with { run throws in
            try run.write(1, ["red"]) { _ in policy }
            let server = try SequenceServer(run)
            var random = RandomStream(seed: 4, name: "observations")
            for episode in 0..<3 {
                var state = policy.initialState
                for step in 0..<20 {
                    let observation = (0..<policy.observationSpace.count).map { _ in 3 * random.nextNormal() }
                    let request = SequenceServer.request(
                        "red", .string("game"), start: step == 0, end: episode == 1 && step == 19,
                        inputs: [InferenceTensor("obs", [1] + policy.observationSpace.shape, observation)])
                    let response = try server.service.answerLoading(request)
                    let action = policy.action(for: observation, state: &state)
                    #expect(response.outputs[0].numbers.isClose(to: action.numbers(policy.actionSpace)))
                    let states = response.outputs.dropFirst(2).flatMap(\.numbers)
                    #expect(states.isClose(to: state.map { Double($0) }))
                }
                #expect(server.service.sequenceCount == (episode == 1 ? 0 : 1))
            }
        }
    }

    @Test("Draws with a seed are those of states that are handed in and out")
    func draws() throws {
        try SequenceServer.with { server throws in
            var states: [InferenceTensor] = []
            for step in 0..<20 {
                let seeded: [(name: String, value: ParameterValue)] = [
                    ("explore", .bool(true)), ("seed", .int(Int64(step))),
                ]
                let observation = InferenceTensor("obs", [1, 3], SequenceServer.observation(step))
                var request = SequenceServer.request("red", .int(1), start: step == 0, inputs: [observation])
                request.parameters += seeded
                let kept = try server.service.answerLoading(request)
                let handed = try server.service.answerLoading(
                    InferenceRequest(model: "red", parameters: seeded, inputs: [observation] + states))
                #expect(kept.outputs.map(\.numbers) == handed.outputs.map(\.numbers))
                states = handed.outputs.dropFirst(2).map {
                    var tensor = $0
                    tensor.name = "state_in" + tensor.name.dropFirst("state_out".count)
                    return tensor
                }
            }
        }
    }

    @Test("Ids are numbers and texts, of each model its own; starting begins anew, and one request may do all")
    func ids() throws {
        try SequenceServer.with { server throws in
            let ids: [(model: String, id: ParameterValue)] = [
                ("red", .int(7)), ("red", .string("7")), ("blue", .int(7)), ("red", .uint(.max)),
            ]
            let expected = SequenceServer.expected(1, steps: [0, 1, 2])
            for (count, (model, id)) in ids.enumerated() {
                #expect(try server.step(0, model, id, start: true) == expected[0])
                #expect(server.service.sequenceCount == count + 1)
            }
            for (model, id) in ids { #expect(try server.step(1, model, id) == expected[1]) }
            #expect(try server.step(0, "red", .int(7), start: true) == expected[0])
            #expect(try server.step(2, "blue", .int(7), end: true) == expected[2])
            #expect(try server.step(1, "red", .int(7)) == expected[1])
            #expect(server.service.sequenceCount == 3)
            #expect(try server.step(0, "red", .int(7), start: true, end: true) == expected[0])
            #expect(server.service.sequenceCount == 2)
            #expect(try server.step(0, "red", .int(8), start: true, end: true) == expected[0])
            #expect(server.service.sequenceCount == 2)
        }
    }

    @Test(
        "Without an id nothing is kept: 0 and empty text are none",
        arguments: [nil, .int(0), .string("")] as [ParameterValue?])
    func noIDs(id: ParameterValue?) throws {
        try SequenceServer.with { server throws in
            let expected = SequenceServer.expected(1, steps: [0])
            for _ in 0..<2 { #expect(try server.step(0, "red", id, start: false, end: false) == expected[0]) }
            #expect(server.service.sequenceCount == 0)
        }
    }

    @Test("Policies without memory take sequence parameters, and ignore all but their types")
    func withoutMemory() throws {
        try RunFolder.with { run throws in
            try run.write(1, ["red"])
            let server = try SequenceServer(run)
            let rows = [InferenceTensor("obs", [2, 3], [Float](repeating: 0, count: 6))]
            #expect(server.refusal(SequenceServer.request("red", .int(4), end: true, inputs: rows)) == nil)
            #expect(server.refusal(SequenceServer.request("red", nil, start: true, inputs: rows)) == nil)
            #expect(server.service.sequenceCount == 0)
            var request = SequenceServer.request("red", .bool(true), inputs: rows)
            #expect(server.refusal(request)?.hasPrefix("invalidArgument: parameter \"sequence_id\"") == true)
            request = SequenceServer.request("red", .int(4), inputs: rows)
            request.parameters.append(("sequence_start", .int(1)))
            #expect(server.refusal(request)?.hasPrefix("invalidArgument: parameter \"sequence_start\"") == true)
        }
    }

    @Test("The server says that it has sequences")
    func extensions() throws {
        try SequenceServer.with { server throws in
            #expect(server.service.serverDescription.contains(#""sequence","sequence(string_id)""#))
        }
    }
}

extension InferenceTensor {
    /// The elements of whole numbers or those of single precision.
    fileprivate var numbers: [Double] {
        let raw = UnsafeRawPointer(bytes.pointer)
        return (0..<count).map { index in
            datatype == .int64
                ? Double(raw.load(fromByteOffset: 8 * index, as: Int64.self))
                : Double(raw.load(fromByteOffset: 4 * index, as: Float.self))
        }
    }
}

extension Action {
    /// The numbers of an action as a response has them.
    fileprivate func numbers(_ space: ActionSpace) -> [Double] {
        switch self {
        case .discrete(let index):
            if case .discrete(let discrete) = space { [Double(discrete.number(ofIndex: index))] } else { [] }
        case .multiDiscrete(let indices): indices.map { Double($0) }
        case .continuous(let elements): elements.map { Double($0) }
        }
    }
}
#endif
