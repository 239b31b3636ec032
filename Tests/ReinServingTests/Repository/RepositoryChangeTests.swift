#if Serving
import Foundation
import ReinCheckpoints
import ReinPolicies
import ReinServing
import Testing

@Suite("Checkpoints of other policies than before")
struct RepositoryChangeTests {
    @Test("A changed observation or action space is refused, unless it is allowed", arguments: [false, true])
    func spaces(allowed: Bool) throws {
        try RunFolder.with { run in
            try run.write(0)
            let log = EventLog()
            let repository = try run.repository(preload: ["*"], allowsSpaceChange: allowed, log: log)
            _ = log.take()
            try run.write(1) { id in
                id == "red"
                    ? try RunFolder.policy(choosing: 1, inputs: 4) : try RunFolder.policy(choosing: 1, of: 5)
            }
            for _ in 0..<2 { repository.poll() }
            if allowed {
                #expect(try repository.answer("red") == "1:1" && repository.answer("blue") == "1:1")
            } else {
                #expect(log.take() == ["refused red 1", "refused blue 1"])
                #expect(try repository.answer("red") == "0:0" && repository.answer("blue") == "0:0")
                #expect(try repository.index(of: "red")[0].reason.contains("observations of shape [4]"))
                #expect(try repository.index(of: "blue")[0].reason.contains("5"))
                #expect(throws: ServingError.self) { try repository.load("red") }
                // Whoever unloads a model says that its clients are gone.
                try repository.unload("red")
                try repository.load("red")
                #expect(try repository.answer("red") == "1:1")
            }
        }
    }

    @Test("Policies that come are served, and those that go are when nothing is left of them")
    func names() throws {
        try RunFolder.with { run in
            try run.write(0)
            let log = EventLog()
            let repository = try run.repository(preload: ["red", "green"], log: log)
            _ = log.take()
            try run.write(1, ["red", "green"])
            repository.poll()
            #expect(repository.names == ["red", "blue", "green"])
            #expect(
                log.take() == ["added green", "loaded red 1", "swapped red 0 1", "retired red 0", "loaded green 1"])
            #expect(try repository.answer("blue") == "0:0")
            try run.delete(0)
            repository.poll()
            #expect(try repository.answer("blue") == "0:0")
            try repository.unload("blue")
            try run.write(2, ["red"])
            try run.delete(1)
            repository.poll()
            #expect(repository.names == ["red", "green"])
            #expect(try repository.answer("green") == "1:1")
        }
    }

    @Test("A name that comes to a second source stays with the first, and a place that is gone harms nothing")
    func conflicts() throws {
        try RunFolder.with { run in
            try run.write(0, ["red"])
            let other = RunFolder(path: run.path + "/other")
            try FileManager.default.createDirectory(atPath: other.path, withIntermediateDirectories: true)
            try other.write(1, ["green"])
            let log = EventLog()
            let repository = try ModelRepository(
                ModelRepository.Configuration(
                    sources: [ModelSource(path: run.path), ModelSource(path: other.path)], preload: ["*"])
            ) { log.append($0) }
            _ = log.take()
            try run.write(2, ["red", "green"])
            repository.poll()
            let name = lastComponent(of: run.path)
            #expect(log.take() == ["look failed \(name)", "loaded red 2", "swapped red 0 2", "retired red 0"])
            #expect(try repository.answer("green") == "1:1")
            try FileManager.default.removeItem(atPath: other.path)
            for _ in 0..<2 { repository.poll() }
            #expect(log.take() == ["look failed other"])
            #expect(try repository.answer("green") == "1:1" && repository.answer("red") == "2:2")
            try FileManager.default.createDirectory(atPath: other.path, withIntermediateDirectories: true)
            try other.write(3, ["green"])
            repository.poll()
            #expect(try repository.answer("green") == "3:3")
        }
    }
}
#endif
