#if Serving
import Foundation
import ReinCheckpoints
import ReinNumerics
import ReinPolicies
import ReinServing
import Synchronization
import Testing

@Suite("Leasing from many threads")
struct RepositoryThreadTests {
    @Test("While versions are swapped and deleted, none answers after a newer one, and one always does")
    func swapping() throws {
        try RunFolder.with { run in
            try run.write(0, ["red"])
            let repository = try run.repository(preload: ["red"])
            let isDone = Atomic(false)
            let leases = Atomic(0)
            let problems = Mutex<[String]>([])
            let last = 15
            try WorkerPool(threads: 4).run(shards: 4) { shard in
                if shard == 0 {
                    defer { isDone.store(true, ordering: .relaxed) }
                    do {
                        for number in 1...last {
                            try run.write(number, ["red"])
                            if number.isMultiple(of: 3) { try repository.load("red") } else { repository.poll() }
                            try run.delete(number - 1)
                        }
                    } catch {
                        problems.withLock { $0.append("\(error)") }
                    }
                    return
                }
                var highest = 0
                while !isDone.load(ordering: .relaxed) {
                    do {
                        guard let lease = try repository.lease("red") else {
                            problems.withLock { $0.append("no version is ready") }
                            return
                        }
                        let action = lease.model.policy.action(for: [0, 0, 0])
                        let version = Int(lease.model.version) ?? -1
                        if version < highest || action != .discrete(version) {
                            problems.withLock { $0.append("\(version) chose \(action) after \(highest)") }
                        }
                        highest = version
                        leases.add(1, ordering: .relaxed)
                    } catch {
                        problems.withLock { $0.append("\(error)") }
                        return
                    }
                }
            }
            #expect(problems.withLock { $0.prefix(3) } == [])
            #expect(leases.load(ordering: .relaxed) > 2000)
            #expect(try repository.answer("red") == "\(last):\(last)")
            #expect(try repository.lease("red")?.model.inFlight ?? 0 == 1)
        }
    }

    @Test("Loading, unloading and dropping at the same time loses no model and ends no lease")
    func everything() throws {
        try RunFolder.with { run in
            let ids: [PolicyID] = ["a", "b", "c", "d", "e"]
            try run.write(1, ids)
            let repository = try run.repository(memory: 20_000)
            let problems = Mutex<[String]>([])
            try WorkerPool(threads: 4).run(shards: 4) { shard in
                for turn in 0..<200 {
                    let name = ids[(turn * (shard + 1) + shard) % ids.count].string
                    do {
                        switch turn % 20 {
                        case 5 where shard == 0: repository.poll()
                        case 7 where shard == 1: _ = try repository.unload(name, waitingAtMost: .milliseconds(50))
                        case 8 where shard == 1: for id in ids { try repository.load(id.string) }
                        case 9 where shard == 2: _ = repository.index()
                        default:
                            let lease = try repository.leaseLoading(name)
                            guard lease.model.name == name, lease.model.policy.action(for: [0, 0, 0]) == .discrete(1)
                            else {
                                problems.withLock { $0.append("\(lease.model.name) for \(name)") }
                                continue
                            }
                        }
                    } catch let error as ServingError where error.message.contains("is unloaded") {
                        continue
                    } catch {
                        problems.withLock { $0.append("\(error)") }
                    }
                }
            }
            #expect(problems.withLock { $0.prefix(3) } == [])
            for id in ids {
                try repository.load(id.string)
                #expect(try repository.answer(id.string) == "1:1")
                #expect(try repository.unload(id.string))
            }
            #expect(repository.byteCount == 0)
        }
    }
}
#endif
