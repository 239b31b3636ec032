#if Serving
import ReinCheckpoints
import ReinPolicies
import ReinServing
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite("Unloading, and the limit of memory")
struct RepositoryMemoryTests {
    @Test("The models that were used least recently are dropped, and come back when they are asked for")
    func leastRecent() throws {
        try RunFolder.with { run in
            try run.write(1, ["a", "b", "c", "d"])
            let size = try run.repository().leaseLoading("a").model.byteCount
            let log = EventLog()
            let repository = try run.repository(memory: 2 * size, log: log)
            for name in ["a", "b"] { _ = try repository.answer(name) }
            _ = try repository.answer("a")
            _ = log.take()
            _ = try repository.answer("c")
            #expect(log.take() == ["loaded c 1", "dropped b 1"])
            _ = try repository.answer("a")
            _ = try repository.answer("d")
            #expect(log.take() == ["loaded d 1", "dropped c 1"])
            // Asking is no use.
            #expect(try repository.isReady("a") && !repository.index().isEmpty)
            #expect(repository.byteCount == 2 * size)
            #expect(try repository.answer("c") == "1:1")
            #expect(log.take() == ["loaded c 1", "dropped a 1"])
            #expect(try repository.states("a") == ["1 READY"])
        }
    }

    @Test("What is in use, or could not be read again, is never dropped")
    func spared() throws {
        try RunFolder.with { run in
            try run.write(1, ["a", "b", "c", "d"])
            let log = EventLog()
            let repository = try run.repository(memory: 1, log: log)
            let pin = try repository.leaseLoading("a").pinned()
            _ = try repository.answer("b")
            #expect(try repository.states("a") == ["1 READY loaded"])
            _ = try repository.answer("c")
            #expect(log.take() == ["loaded a 1", "loaded b 1", "loaded c 1", "dropped b 1"])
            let other = try repository.leaseLoading("d")
            try run.delete(1)
            repository.poll()
            #expect(try repository.states("c") == [" UNAVAILABLE"])
            #expect(other.model.version == "1" && pin.model.version == "1")
            repository.poll()
            #expect(try repository.answer("a") == "1:1" && repository.answer("d") == "1:1")
        }
    }

    @Test("Unloading waits for the last lease, and the model is unavailable until it is loaded")
    func unloading() throws {
        try RunFolder.with { run in
            try run.write(1)
            let log = EventLog()
            let repository = try run.repository(versions: 2, log: log)
            let held = Mutex<ModelPin?>(try repository.leaseLoading("red").pinned())
            #expect(try !repository.unload("red", waitingAtMost: .milliseconds(20)))
            #expect(try repository.states("red") == ["1 UNLOADING loaded"])
            let hasEnded = Atomic(false)
            let wasEarly = Atomic(false)
            let thread = WaitingThread.start {
                usleep(50_000)
                if hasEnded.load(ordering: .sequentiallyConsistent) { wasEarly.store(true, ordering: .relaxed) }
                held.withLock { $0 = nil }
            }
            #expect(thread == 0)
            #expect(try repository.unload("red"))
            hasEnded.store(true, ordering: .sequentiallyConsistent)
            #expect(!wasEarly.load(ordering: .relaxed) && held.withLock { $0 == nil })
            #expect(repository.byteCount == 0)
            #expect(log.take() == ["loaded red 1", "unloaded red"])
            for version in [nil, "1"] {
                let error = #expect(throws: ServingError.self) { try repository.answer("red", version) }
                #expect(error?.kind == .unavailable && error?.message.contains("unloaded") == true)
            }
            try run.write(2)
            repository.poll()
            #expect(try repository.states("red") == ["2 UNAVAILABLE", "1 UNAVAILABLE"])
            #expect(try repository.index(of: "red").map(\.reason) == ["unloaded", "unloaded"])
            try repository.load("red")
            #expect(try repository.lease("red") != nil)
            #expect(try repository.answer("red") == "2:2")
            #expect(try repository.unload("blue"))
            #expect(throws: ServingError.self) { try repository.unload("green") }
            #expect(throws: ServingError.self) { try repository.load("green") }
        }
    }

    @Test("Going back to an older version takes unloading and loading")
    func goingBack() throws {
        try RunFolder.with { run in
            try run.write(1)
            try run.write(2)
            let repository = try run.repository(preload: ["red"])
            try run.delete(2)
            try repository.load("red")
            #expect(try repository.answer("red") == "2:2")
            try repository.unload("red")
            try repository.load("red")
            #expect(try repository.answer("red") == "1:1")
        }
    }
}
#endif
