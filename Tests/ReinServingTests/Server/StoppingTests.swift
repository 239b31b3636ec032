#if Serving
import Foundation
import ReinCheckpoints
import ReinServing
import ReinTestSupport
import Synchronization
import Testing

/// How a server stops.
@Suite("Stopping", .timeLimit(.minutes(3)))
struct StoppingTests {
    @Test("Requests whose heads have come are answered, new ones are not, and probes are until the end")
    func stop() async throws {
        try await TestServer.with { server in
            let connection = try RawConnection(port: server.port)
            let length = TestServer.json.utf8.count
            connection.send(
                Array(
                    "POST \(TestServer.infer) HTTP/1.1\r\nContent-Length: \(length)\r\nExpect: 100-continue\r\n\r\n"
                        .utf8))
            #expect(try connection.answer()?.status == 100)
            let open = try RawConnection(port: server.port)
            open.send(TestServer.request())
            #expect(try open.answer()?.status == 200)
            server.stop()
            func probe(_ name: String) throws -> Int {
                let probe = try RawConnection(port: server.port)
                probe.send(TestServer.health(name))
                return try #require(try probe.answer()).status
            }
            let limit = ContinuousClock.now + .seconds(20)
            while try probe("ready") != 503, ContinuousClock.now < limit {}
            #expect(try probe("ready") == 503 && probe("live") == 200)
            open.send(TestServer.request())
            let refusal = try #require(try open.answer())
            #expect(refusal.status == 503 && refusal.fields["connection"] == "close")
            #expect(refusal.text.contains("stopping") && refusal.fields["retry-after"] == "1")
            #expect(open.isClosed())
            connection.send(Array(TestServer.json.utf8))
            let answer = try #require(try connection.answer())
            #expect(answer.status == 200 && answer.fields["connection"] == "close", "\(answer.text)")
            #expect(connection.isClosed())
            while (try? RawConnection(port: server.port)) != nil, ContinuousClock.now < limit {}
            #expect(ContinuousClock.now < limit)
        }
    }

    @Test("Who asks before it knows that the server stops is told")
    func lateRequests() async throws {
        try await TestServer.with { server in
            let connections = try (0..<4).map { _ in try RawConnection(port: server.port) }
            for connection in connections {
                connection.send(TestServer.health("live"))
                #expect(try connection.answer()?.status == 200)
            }
            let fresh = try RawConnection(port: server.port)
            let half = try RawConnection(port: server.port)
            half.send(TestServer.request().prefix(20))
            server.stop()
            let limit = ContinuousClock.now + .seconds(20)
            while (try? RawConnection(port: server.port)) != nil, ContinuousClock.now < limit {}
            var (answered, began) = (0, ContinuousClock.now)
            for connection in connections.dropLast() + [fresh] {
                connection.send(TestServer.request())
                guard let refusal = try connection.answer() else { continue }
                answered += 1
                #expect(refusal.status == 503 && refusal.fields["connection"] == "close")
                #expect(connection.isClosed())
            }
            // Whoever was too slow is not told; the last may have come too late to be accepted.
            #expect(answered >= 3 || ContinuousClock.now - began > .milliseconds(500))
            began = .now
            #expect(connections[3].isClosed() && half.isClosed())
            // Nobody keeps it for the whole grace.
            #expect(ContinuousClock.now - began < .seconds(9))
        }
    }

    @Test("Connections that are made while the server stops harm nobody", arguments: 0..<5)
    func newConnections(turn: Int) async throws {
        try await TestServer.with({ $0.threadCount = 2 }) { server in
            let answered = Atomic(0)
            let threads = DispatchGroup()
            for _ in 0..<8 {
                threads.enter()
                Thread.detachNewThread {
                    // Until nobody listens.
                    while let connection = try? RawConnection(port: server.port) {
                        connection.send(TestServer.request())
                        if let answer = try? connection.answer() {
                            #expect(answer.status == 200 || answer.status == 503)
                            answered.add(1, ordering: .relaxed)
                        }
                    }
                    threads.leave()
                }
            }
            while answered.load(ordering: .relaxed) < 50 { usleep(1000) }
            server.stop()
            #expect(threads.wait(timeout: .now() + 60) == .success)
        }
    }

    @Test("A request that does not come keeps the server no longer than its grace")
    func grace() async throws {
        try await TestServer.with({ $0.grace = .milliseconds(200) }) { server in
            let connection = try RawConnection(port: server.port)
            connection.send(TestServer.request().dropLast())
            connection.send([])
            let other = try RawConnection(port: server.port)
            other.send(TestServer.request())
            #expect(try other.answer()?.status == 200)
            server.stop()
            _ = try connection.answer()
            #expect(connection.isClosed())
        }
    }
}

#if os(Linux)
/// The program, and the signals that stop it.
@Suite("Signals", .timeLimit(.minutes(3)))
struct SignalTests {
    /// Starts the program, calls `body` with its port, and tells how it ended.
    private func program(
        _ arguments: [String], _ body: @escaping @Sendable (Int, ServerProgram) throws -> Void
    ) async throws -> ServerProgram.End {
        try await withTemporaryDirectory { path in
            try RunFolder(path: path).write(10, ["default_policy"]) { _ in
                try RunFolder.policy(choosing: 1, of: 2, inputs: 4)
            }
            let quiet = ["--grpc", "none", "--metrics", "none", "--log-format", "text"]
            return try await ServerProgram.run(
                "rein-serve", [path, "--http", "127.0.0.1:0"] + quiet + arguments, until: "serving 1 model"
            ) { program in
                try body(try program.number(behind: "on http://127.0.0.1:"), program)
            }
        }
    }

    /// Asks for what takes many seconds.
    private func askForLong(_ port: Int) throws -> RawConnection {
        let connection = try RawConnection(port: port)
        connection.send(TestServer.largeRequest(rows: 1_500_000, outputs: "action"))
        // The server has taken it when others have been answered since.
        for _ in 0..<3 {
            let other = try RawConnection(port: port)
            other.send(TestServer.health("live"))
            #expect(try other.answer()?.status == 200)
        }
        return connection
    }

    @Test("The first signal has the program end by itself", arguments: [SIGTERM, SIGINT])
    func first(number: Int32) async throws {
        let end = try await program([]) { port, program in
            let connection = try RawConnection(port: port)
            connection.send(TestServer.request())
            #expect(try connection.answer()?.status == 200)
            program.send(number)
        }
        #expect(end.reason == .exit && end.status == 0, "\(end)")
    }

    @Test("The second signal ends the program at once")
    func second() async throws {
        let end = try await program(["--grace", "100", "--max-rows", "2000000"]) { port, program in
            let connection = try askForLong(port)
            program.send(SIGTERM)
            let limit = ContinuousClock.now + .seconds(20)
            var isReady = true
            while isReady, ContinuousClock.now < limit {
                let probe = try RawConnection(port: port)
                probe.send(TestServer.health("ready"))
                isReady = try probe.answer()?.status != 503
            }
            program.send(SIGINT)
            #expect(try connection.answer() == nil)
        }
        #expect(end.reason == .uncaughtSignal && end.status == SIGINT, "\(end)")
    }

    @Test("A thread that computes keeps the program no longer than its grace")
    func computing() async throws {
        let began = Mutex(ContinuousClock.now)
        let end = try await program(["--grace", "0.1", "--max-rows", "2000000"]) { port, program in
            let connection = try askForLong(port)
            began.withLock { $0 = .now }
            program.send(SIGTERM)
            _ = try connection.answer()
        }
        #expect(end.reason == .exit && end.status == 1 && end.said.contains("grace"), "\(end)")
        #expect(ContinuousClock.now - began.withLock { $0 } < .seconds(10))
    }
}
#endif
#endif
