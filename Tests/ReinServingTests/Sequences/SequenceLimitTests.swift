#if Serving
import ReinCheckpoints
import ReinNetworks
import Testing

@testable import ReinServing

@Suite("How many sequences are kept, and for how long")
struct SequenceLimitTests {
    @Test("At the limit a start is refused until one has ended or is idle, and nothing else is")
    func limit() throws {
        try SequenceServer.with({ $0.sequences = 2 }) { server throws in
            let third = SequenceServer.request("blue", .int(3), start: true)
            try server.step(0, "red", .int(1), start: true)
            try server.step(0, "red", .int(2), start: true)
            let refusal = try #require(server.refusal(third))
            #expect(refusal.hasPrefix("unavailable: there are 2 sequences") && refusal.contains("--sequences"))
            #expect(server.service.sequenceCount == 2)
            // Neither a sequence that begins anew nor one of a single step needs more room.
            try server.step(0, "red", .int(2), start: true)
            try server.step(0, "blue", .int(3), start: true, end: true)
            #expect(server.refusal(third) != nil)
            try server.step(1, "red", .int(1), end: true)
            #expect(server.refusal(third) == nil)
            #expect(server.refusal(SequenceServer.request("red", .int(4), start: true)) != nil)
            server.clock.advance(by: .seconds(61))
            #expect(server.refusal(SequenceServer.request("red", .int(4), start: true)) == nil)
            #expect(server.service.sequenceCount == 1)
        }
    }

    @Test("Whoever is not named for too long is dropped, by requests and by the timer")
    func idle() throws {
        try SequenceServer.with({ $0.sequenceIdle = .seconds(10) }) { server throws in
            let expected = SequenceServer.expected(1, steps: [0, 1, 2])
            for id in 1...3 { #expect(try server.step(0, "red", .int(Int64(id)), start: true) == expected[0]) }
            server.clock.advance(by: .seconds(6))
            #expect(try server.step(1, "red", .int(2)) == expected[1])
            server.clock.advance(by: .seconds(6))
            // 1 and 3 were idle for 12 seconds, 2 for 6.
            let refusal = server.refusal(SequenceServer.request("red", .int(3)))
            #expect(refusal?.contains(SequenceServer.startNeeded) == true && refusal?.contains("10.0 seconds") == true)
            #expect(server.service.sequenceCount == 1)
            #expect(try server.step(2, "red", .int(2)) == expected[2])
            server.clock.advance(by: .seconds(10))
            server.service.dropIdleSequences()
            #expect(server.service.sequenceCount == 1)
            server.clock.advance(by: .milliseconds(1))
            server.service.dropIdleSequences()
            #expect(server.service.sequenceCount == 0)
            #expect(try server.step(0, "red", .int(2), start: true) == expected[0])
        }
    }

    @Test("Ten thousand sequences do not disturb each other, one request drops a few idle ones, and the timer all")
    func many() throws {
        let count = 10_000
        try SequenceServer.with { server throws in
            let expected = SequenceServer.expected(1, steps: [0, 1])
            var wrong = 0
            for id in 1...count {
                if try server.step(0, "red", .int(Int64(id)), start: true) != expected[0] { wrong += 1 }
            }
            #expect(server.refusal(SequenceServer.request("red", .int(0x10000), start: true)) != nil)
            for id in (1...count).reversed() where try server.step(1, "red", .int(Int64(id))) != expected[1] {
                wrong += 1
            }
            #expect(wrong == 0)
            #expect(server.service.sequenceCount == count)
            server.clock.advance(by: .seconds(61))
            #expect(server.refusal(SequenceServer.request("red", .int(5))) != nil)
            #expect(server.service.sequenceCount == count - 4)
            // Found by its id, though it is not its turn to be dropped.
            try server.step(0, "red", .int(5), start: true)
            server.service.dropIdleSequences()
            #expect(server.service.sequenceCount == 1)
            #expect(try server.step(1, "red", .int(5)) == expected[1])
            #expect(try server.service.repository.leaseLoading("red").model.inFlight == 2)
        }
    }
}
#endif
