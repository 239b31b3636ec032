#if Serving
import ReinCheckpoints
import ReinNumerics
import Synchronization
import Testing

@testable import ReinServing

@Suite("Sequences from many threads", .timeLimit(.minutes(5)))
struct SequenceThreadTests {
    @Test("Requests of one sequence are steps one after the other, whoever sends them")
    func serial() throws {
        let (threads, steps) = (4, 250)
        try SequenceServer.with { server throws in
            try server.step(0, start: true)
            let problems = Mutex<[String]>([])
            try WorkerPool(threads: threads).run(shards: threads) { _ in
                for _ in 0..<steps {
                    do throws(ServingError) { try server.step(0) } catch {
                        problems.withLock { $0.append(error.message) }
                    }
                }
            }
            #expect(problems.withLock { $0 } == [])
            let count = 1 + threads * steps
            let expected = SequenceServer.expected(1, steps: [Int](repeating: 0, count: count + 1))
            #expect(try server.step(0) == expected[count])
        }
    }

    @Test("A request that comes while the first one is answered waits for it")
    func first() throws {
        let threads = 4
        try SequenceServer.with { server throws in
            let expected = SequenceServer.expected(1, steps: [Int](repeating: 0, count: threads + 1))
            for round in 1...200 {
                let id = ParameterValue.int(Int64(round))
                let states = Mutex<[SequenceServer.Step]>([])
                try WorkerPool(threads: threads).run(shards: threads) { shard in
                    do throws(ServingError) {
                        let step = try server.step(0, "red", id, start: shard == 0)
                        states.withLock { $0.append(step) }
                    } catch {
                        // It came before the first one.
                        #expect(error.message.contains(SequenceServer.startNeeded))
                    }
                }
                let steps = states.withLock { $0 }
                for step in expected.prefix(steps.count) { #expect(steps.contains(step)) }
            }
        }
    }

    @Test("Beginning, ending, dropping, swapping and unloading at once leaves no sequence and no version behind")
    func everything() throws {
        let threads = 4
        try SequenceServer.with({ $0.sequences = 5 }) { server throws in
            let problems = Mutex<[String]>([])
            let answered = Atomic(0)
            try WorkerPool(threads: threads).run(shards: threads) { shard in
                var random = RandomStream(seed: 3, name: "requests", index: shard)
                for turn in 0..<1500 {
                    do {
                        if shard == 0, turn % 50 == 0 {
                            switch turn / 50 % 3 {
                            case 0: try server.swap(to: 2 + turn / 50)
                            case 1: try server.service.unload("red")
                            default: try server.service.load("red")
                            }
                        }
                        if shard == 1, turn % 100 == 0 { server.clock.advance(by: .seconds(61)) }
                        if shard == 2, turn % 70 == 0 { server.service.dropIdleSequences() }
                        let bits = random.next()
                        try server.step(
                            0, bits & 1 == 0 ? "red" : "blue", .int(Int64(1 + bits >> 1 & 7)),
                            start: bits >> 4 & 3 == 0,
                            end: bits >> 6 & 7 == 0)
                        answered.add(1, ordering: .relaxed)
                    } catch let error as ServingError where Self.isExpected(error) {
                        continue
                    } catch {
                        problems.withLock { $0.append("\(error)") }
                    }
                }
            }
            #expect(problems.withLock { $0.prefix(3) } == [])
            #expect(answered.load(ordering: .relaxed) > 500)
            #expect(server.service.sequenceCount <= 5)
            for model in ["red", "blue"] {
                try server.service.load(model)
                try server.service.unload(model)
            }
            #expect(server.service.sequenceCount == 0)
            #expect(server.service.repository.byteCount == 0)
        }
    }

    private static func isExpected(_ error: ServingError) -> Bool {
        ["is unloaded", SequenceServer.startNeeded, "there are 5 sequences"].contains { error.message.contains($0) }
    }
}
#endif
