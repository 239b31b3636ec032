#if Serving
import ReinNumerics
import ReinPolicies
import ReinTestSupport
import Testing

@testable import ReinServing

/// Requests that are answered by whoever has time.
@Suite("Answers by threads that do nothing else", .timeLimit(.minutes(2)))
struct RespondingTests {
    /// A server that answers nothing on the calling thread.
    private func server(
        _ run: RunFolder, _ change: (inout InferenceService.Limits) -> Void = { _ in }
    ) throws -> SequenceServer {
        try SequenceServer.write(1, to: run)
        return try SequenceServer(run) {
            $0.inlineBelow = .zero
            $0.queueTime = .seconds(60)
            change(&$0)
        }
    }

    private func step(_ response: InferenceResponse) -> SequenceServer.Step {
        SequenceServer.Step(response)
    }

    @Test("A model is read first, and its requests are acted on together")
    func together() async throws {
        try await RunFolder.with { run in
            let server = try server(run) { $0.workers = 1 }
            let count = 200
            let responses = try await withThrowingTaskGroup(of: (Int, InferenceResponse).self) { group in
                for index in 0..<count {
                    group.addTask {
                        let request = SequenceServer.request(
                            "red", nil, inputs: [InferenceTensor("obs", [1, 3], SequenceServer.observation(index % 9))])
                        return (index, try await server.service.respond(to: request))
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for (index, response) in responses {
                #expect(step(response) == SequenceServer.expected(1, steps: [index % 9])[0])
            }
            let counts = try #require(try server.service.repository.requests(named: "red").first).2.counts
            #expect(counts.rows == count && counts.success.count == count)
            #expect(
                counts.executions <= count
                    && counts.batches.reduce(0) { $0 + $1.key * $1.value.inference.count } == count)
        }
    }

    @Test(
        "Requests of a sequence are steps in the order in which they came, and other sequences are acted on with them")
    func sequences() async throws {
        try await RunFolder.with { run in
            let server = try server(run) { $0.workers = 2 }
            let (ids, steps) = (Int64(20), 12)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in 1...ids {
                    group.addTask {
                        let expected = SequenceServer.expected(1, steps: (0..<steps).map { $0 + Int(id) })
                        for number in 0..<steps {
                            let request = SequenceServer.request(
                                "red", .int(id), start: number == 0, end: number == steps - 1,
                                inputs: [
                                    InferenceTensor("obs", [1, 3], SequenceServer.observation(number + Int(id)))
                                ])
                            let response = try await server.service.respond(to: request)
                            let step = SequenceServer.Step(response)
                            #expect(step.action == expected[number].action)
                            #expect(zip(step.state, expected[number].state).allSatisfy { abs($0 - $1) <= 1e-6 })
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.service.sequenceCount == 0)
        }
    }

    @Test("Several requests of one sequence at once are each a step, however they are answered")
    func crowd() async throws {
        try await RunFolder.with { run in
            let server = try server(run)
            let (count, threads) = (40, WorkerThreads(count: 4))
            _ = try await server.service.respond(to: SequenceServer.request("red", .int(1), start: true))
            let states = try await withThrowingTaskGroup(of: [Float].self) { group in
                for index in 0..<count {
                    group.addTask {
                        let request = SequenceServer.request("red", .int(1))
                        if index % 2 == 0 {
                            return SequenceServer.Step(try await server.service.respond(to: request)).state
                        }
                        // Whoever waits sleeps, which the threads of tasks must not.
                        let response = try await threads.run { () throws(ServingError) in
                            try server.service.answerLoading(request)
                        }
                        return SequenceServer.Step(response).state
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let expected = SequenceServer.expected(1, steps: [Int](repeating: 0, count: count + 1)).dropFirst()
            for step in expected { #expect(states.contains(step.state)) }
        }
    }

    @Test("What is refused while it waits begins no sequence, and ends none")
    func refused() async throws {
        try await RunFolder.with { run in
            let server = try server(run) { $0.queuedRequests = 0 }
            await #expect(throws: ServingError.self) {
                try await server.service.respond(to: SequenceServer.request("red", .int(4), start: true))
            }
            #expect(server.service.sequenceCount == 0)
            try server.step(0, "red", .int(5), start: true)
            await #expect(throws: ServingError.self) {
                try await server.service.respond(to: SequenceServer.request("red", .int(5), end: true))
            }
            #expect(server.service.sequenceCount == 1)
            let expected = SequenceServer.expected(1, steps: [0, 3])
            #expect(try server.step(3, "red", .int(5)) == expected[1])
        }
    }
}
#endif
