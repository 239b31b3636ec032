#if Serving
import ReinCheckpoints
import Testing

@testable import ReinServing

@Suite("Sequences while versions come and go", .timeLimit(.minutes(5)))
struct SequenceSwapTests {
    @Test("A sequence stays with its version, which is freed when the last of its sequences ends or is dropped")
    func pin() throws {
        try SequenceServer.with { server throws in
            let repository = server.service.repository
            let old = SequenceServer.expected(1, steps: [0, 1, 2, 3])
            let new = SequenceServer.expected(2, steps: [0, 1])
            for id in [1, 2] as [Int64] { #expect(try server.step(0, "red", .int(id), start: true) == old[0]) }
            let size = repository.byteCount
            try server.swap(to: 2)
            #expect(repository.byteCount == 2 * size)
            for id in [1, 2] as [Int64] { #expect(try server.step(1, "red", .int(id)) == old[1]) }
            // What has no sequence, and what begins, is answered by the new one.
            #expect(try server.step(0, "red", nil) == new[0])
            #expect(try server.step(0, "red", .int(3), start: true) == new[0])
            #expect(try server.step(2, "red", .int(1), version: "1") == old[2])
            for version in ["2", "01"] {
                let refusal = server.refusal(SequenceServer.request("red", .int(1), version: version))
                #expect(
                    refusal?.hasPrefix("invalidArgument: sequence 1 of model \"red\" has begun with version 1") == true)
            }
            #expect(try server.step(3, "red", .int(1), end: true) == old[3])
            #expect(repository.byteCount == 2 * size)
            server.clock.advance(by: .seconds(40))
            #expect(try server.step(1, "red", .int(3)) == new[1])
            server.clock.advance(by: .seconds(40))
            server.service.dropIdleSequences()
            #expect(repository.byteCount == size)
            #expect(server.service.sequenceCount == 1)
        }
    }

    @Test("A sequence that begins anew moves to the newest version")
    func beginsAnew() throws {
        try SequenceServer.with { server throws in
            let size = try (server.step(0, start: true), server.service.repository.byteCount).1
            try server.swap(to: 2)
            #expect(try server.step(0, start: true) == SequenceServer.expected(2, steps: [0])[0])
            #expect(server.service.repository.byteCount == size)
        }
    }

    @Test("A sequence goes on though nothing newer can be used, and its files are gone")
    func gone() throws {
        try SequenceServer.with { server throws in
            let expected = SequenceServer.expected(1, steps: [0, 1])
            #expect(try server.step(0, start: true) == expected[0])
            try server.run.write(2, ["red", "blue"]) { _ in try RunFolder.policy(choosing: 1, of: 9) }
            try server.run.delete(1)
            server.service.repository.poll()
            #expect(try server.step(1) == expected[1])
        }
    }

    @Test("Where sequences restart, the next request begins anew with the newest version")
    func restart() throws {
        try SequenceServer.with({ $0.sequenceSwap = .restart }) { server throws in
            let old = SequenceServer.expected(1, steps: [0, 1])
            let new = SequenceServer.expected(2, steps: [5, 6, 7])
            for id in [1, 2] as [Int64] { #expect(try server.step(0, "red", .int(id), start: true) == old[0]) }
            #expect(try server.step(1, "red", .int(1)) == old[1])
            let size = server.service.repository.byteCount
            try server.swap(to: 2)
            #expect(server.refusal(SequenceServer.request("red", .int(1), inputs: [])) != nil)
            #expect(server.refusal(SequenceServer.request("red", .int(1), version: "2")) != nil)
            #expect(try server.step(5, "red", .int(1)) == new[0])
            #expect(try server.step(6, "red", .int(1)) == new[1])
            #expect(server.service.repository.byteCount == 2 * size)
            // The end of a sequence may be the first request after the swap.
            #expect(try server.step(5, "red", .int(2), end: true) == new[0])
            #expect(server.service.repository.byteCount == size)
            #expect(server.service.sequenceCount == 1)
            #expect(server.needsStart(.int(2)))
            #expect(try server.step(7, "red", .int(1), end: true, version: "2") == new[2])
        }
    }

    @Test("Unloading a model ends its sequences, and those of no other", arguments: SequenceSwap.allCases)
    func unload(swap: SequenceSwap) throws {
        try SequenceServer.with({ $0.sequenceSwap = swap }) { server throws in
            let expected = SequenceServer.expected(2, steps: [0, 1])
            try server.step(0, "red", .int(1), start: true)
            try server.swap(to: 2)
            try server.step(0, "red", .int(2), start: true)
            try server.step(0, "blue", .int(2), start: true)
            try server.service.unload("red")
            #expect(server.service.sequenceCount == 1)
            for id in [1, 2] as [Int64] {
                let refusal = server.refusal(SequenceServer.request("red", .int(id)))
                #expect(refusal?.hasPrefix("unavailable: model \"red\" is unloaded") == true)
            }
            #expect(server.refusal(SequenceServer.request("red", .int(2), start: true))?.contains("unloaded") == true)
            #expect(try server.step(1, "blue", .int(2)) == expected[1])
            try server.service.load("red")
            for id in [1, 2] as [Int64] {
                let refusal = server.refusal(SequenceServer.request("red", .int(id)))
                #expect(refusal?.contains(SequenceServer.startNeeded) == true)
            }
            #expect(try server.step(0, "red", .int(2), start: true) == expected[0])
            try server.service.unload("red")
            try server.service.unload("blue")
            #expect(server.service.repository.byteCount == 0)
        }
    }
}
#endif
