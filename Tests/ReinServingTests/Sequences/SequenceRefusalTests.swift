#if Serving
import ReinCheckpoints
import ReinNumerics
import Testing

@testable import ReinServing

@Suite("Requests of sequences that are refused")
struct SequenceRefusalTests {
    /// Requests that are refused for a sequence of any id, and what is said.
    static func refused(_ id: ParameterValue, start: Bool?, end: Bool?) -> [(InferenceRequest, words: String)] {
        let row = InferenceTensor("obs", [1, 3], [0, 0, 0])
        func request(_ inputs: [InferenceTensor]) -> InferenceRequest {
            SequenceServer.request("red", id, start: start, end: end, inputs: inputs)
        }
        let mask = InferenceTensor(
            name: "action_mask", datatype: .bool, shape: [1, 4], bytes: AlignedBuffer([UInt8](repeating: 0, count: 4)))
        let states = (0..<2).map { InferenceTensor("state_in_\($0)", [1, 6], [Float](repeating: 0, count: 6)) }
        var output = request([row])
        output.outputs = [RequestedOutput(name: "actoin")]
        return [
            (request([InferenceTensor("obs", [1, 4], [0, 0, 0, 0])]), "expected shape [-1, 3], found [1, 4]"),
            (request([InferenceTensor("obs", [1, 3], [0, .nan, 0])]), "no finite number"),
            (request([]), "input \"obs\" is missing"),
            (request([row, mask]), "leaves no valid action"),
            (request([InferenceTensor("obs", [2, 3], [0, 0, 0, 0, 0, 0])]), "2 rows; a request of a sequence"),
            (request([row] + states), "give one of the two"),
            (output, "did you mean \"action\""),
        ]
    }

    @Test("What is refused changes neither the memory nor whether there is a sequence")
    func changesNothing() throws {
        try SequenceServer.with { server throws in
            let expected = SequenceServer.expected(1, steps: [0, 1, 2, 3])
            let (known, unknown) = (ParameterValue.int(7), ParameterValue.string("other"))
            #expect(try server.step(0, start: true) == expected[0])
            for (start, end, step) in [(nil, nil, 1), (nil, true, 2), (true, nil, 3)] as [(Bool?, Bool?, Int)] {
                for id in [known, unknown] {
                    for (request, words) in Self.refused(id, start: start, end: end) {
                        let refusal = server.refusal(request)
                        #expect(
                            refusal?.hasPrefix("invalidArgument") == true && refusal?.contains(words) == true,
                            "\(refusal ?? "answered")")
                    }
                }
                #expect(server.service.sequenceCount == 1)
                #expect(server.needsStart(unknown))
                #expect(try server.step(step) == expected[step])
            }
        }
    }

    @Test("A sequence that has not begun has to be started")
    func start() throws {
        try SequenceServer.with { server throws in
            func refusal(_ id: ParameterValue?, start: Bool? = nil, end: Bool? = nil) -> String {
                server.refusal(SequenceServer.request("red", id, start: start, end: end)) ?? "answered"
            }
            #expect(
                refusal(.int(7)).hasPrefix(
                    "invalidArgument: inference request for sequence 7 to model \"red\" \(SequenceServer.startNeeded)"))
            #expect(refusal(.string("a"), end: true).contains("sequence \"a\""))
            #expect(refusal(nil, start: true).contains("\"sequence_start\": there is no \"sequence_id\""))
            #expect(refusal(.int(0), end: true).contains("\"sequence_end\": there is no \"sequence_id\""))
            let long = String(repeating: "x", count: 129)
            #expect(refusal(.string(long), start: true).contains("at most 128 bytes, found 129"))
            #expect(server.service.sequenceCount == 0)
            try server.step(0, start: true, end: true)
            #expect(refusal(.int(7)).contains(SequenceServer.startNeeded))
            #expect(
                server.refusal(SequenceServer.request("rde", .int(7)))?.contains("did you mean \"red\"") == true)
        }
    }

    @Test(
        "A request that comes too late is no step, whatever it was to begin or to end", arguments: [true, false],
        [true, false])
    func tooLate(starts: Bool, ends: Bool) throws {
        try SequenceServer.with { server throws in
            var late = SequenceServer.request("red", .int(7), start: starts, end: ends)
            late.parameters.append(("timeout", .int(1)))
            let undisturbed = try SequenceServer.with { other throws in
                try other.step(0, start: true)
                return try other.step(1)
            }
            try server.step(0, start: true)
            #expect(server.refusal(late)?.hasPrefix("deadlineExceeded") == true)
            #expect(try server.step(1) == undisturbed)
        }
    }

    @Test("Texts that look alike and have other bytes are sequences of their own")
    func bytes() throws {
        try SequenceServer.with { server throws in
            #expect(server.refusal(SequenceServer.request("red", .string("\u{e9}"), start: true)) == nil)
            #expect(
                server.refusal(SequenceServer.request("red", .string("e\u{301}")))?.contains(SequenceServer.startNeeded)
                    == true)
            #expect(server.refusal(SequenceServer.request("red", .string("\u{e9}"))) == nil)
        }
    }

    @Test("What is refused counts as a failure of the version")
    func statistics() throws {
        try SequenceServer.with({ $0.sequences = 1 }) { server throws in
            try server.step(0, start: true)
            #expect(server.refusal(SequenceServer.request("red", .int(8))) != nil)
            #expect(server.refusal(SequenceServer.request("red", .int(8), start: true)) != nil)
            #expect(server.refusal(SequenceServer.request("red", .int(7), inputs: [])) != nil)
            var request = SequenceServer.request("red", .int(7))
            request.parameters.append(("seed", .bool(false)))
            #expect(server.refusal(request) != nil)
            try server.step(1)
            let counts = try server.service.repository.leaseLoading("red").model.statistics.counts
            #expect(counts.fail.count == 4)
            #expect(counts.success.count == 2 && counts.queue.count == 2)
        }
    }

    @Test("A server that stops answers no sequences")
    func stopping() throws {
        try SequenceServer.with { server throws in
            try server.step(0, start: true)
            server.service.stop()
            #expect(server.refusal(SequenceServer.request("red", .int(7)))?.hasPrefix("unavailable") == true)
        }
    }
}
#endif
