#if Serving
import Foundation
import ReinCheckpoints
import ReinInterop
import ReinPolicies
import ReinRLlib
import ReinServing
import ReinTestSupport
import Testing

@Suite("Where models come from")
struct RepositorySourceTests {
    @Test("Algorithms, policies, runs and RLlib's checkpoints are served")
    func sources() throws {
        try RunFolder.with { run in
            try run.write(0)
            try run.write(10)
            let alone = "\(run.path)/lonely"
            try RunFolder.policy(choosing: 7).save(to: alone)
            let rllib = try "\(RLlibFixture.directory)/ppo_multi/checkpoint"
            let sources = [
                ModelSource(path: run.path + "/"), ModelSource(path: alone), ModelSource(path: rllib),
                ModelSource(path: run.checkpoint(0), name: "old", id: "red"),
                ModelSource(path: "\(run.checkpoint(10))/policies/red", name: "folder"),
            ]
            let repository = try ModelRepository(ModelRepository.Configuration(sources: sources))
            #expect(repository.names.prefix(3) == ["red", "blue", "lonely"])
            #expect(repository.names.suffix(2) == ["old", "folder"])
            #expect(repository.names.count == 10)
            #expect(try repository.answer("red") == "10:10")
            #expect(try repository.answer("lonely") == "1:7")
            #expect(try repository.answer("old") == "0:0")
            #expect(try repository.answer("folder") == "1:10")
            for name in repository.names[3..<8] {
                let policy = try repository.leaseLoading(name).model.policy
                #expect(try policy == Policy(restoringToAct: rllib, id: PolicyID(name)))
            }
        }
    }

    @Test("Agents of Stable-Baselines3 are served, in a zip file and unpacked")
    func agents() throws {
        let fixture = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures/a2c_continuous.zip").path
        try withTemporaryDirectory { directory in
            let archive = try ZipArchive(opening: fixture)
            for name in ["data", "policy.pth"] {
                try Data(archive.read(name, limit: 1 << 20)).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
            }
            let repository = try ModelRepository(
                ModelRepository.Configuration(
                    sources: [ModelSource(path: fixture), ModelSource(path: directory, name: "unpacked")]))
            #expect(repository.names == ["a2c_continuous", "unpacked"])
            let policy = try StableBaselines3Agent(opening: fixture).policy.forActing
            #expect(try repository.leaseLoading("a2c_continuous").model.policy == policy)
            #expect(try repository.leaseLoading("unpacked").model.policy == policy)
            repository.poll()
            #expect(try repository.states("unpacked") == ["1 READY loaded"])
            let statistics = fixture.replacingOccurrences(of: ".zip", with: ".pkl")
            var source = ModelSource(path: fixture)
            source.normalization = statistics
            let normalised = try ModelRepository(ModelRepository.Configuration(sources: [source]))
            let agent = try StableBaselines3Agent(opening: fixture, normalization: statistics)
            #expect(try normalised.leaseLoading("a2c_continuous").model.policy == agent.policy.forActing)
            try run(at: directory, refuses: statistics)
        }
    }

    private func run(at directory: String, refuses statistics: String) throws {
        let run = RunFolder(path: directory + "/run")
        try FileManager.default.createDirectory(atPath: run.path, withIntermediateDirectories: true)
        try run.write(0)
        var source = ModelSource(path: run.path)
        source.normalization = statistics
        let error = #expect(throws: StateError.self) {
            try ModelRepository(ModelRepository.Configuration(sources: [source]))
        }
        #expect(error?.message.contains("Stable-Baselines3") == true)
    }

    @Test("Patterns choose policies, and a policy can have another name")
    func selection() throws {
        try RunFolder.with { run in
            try run.write(3, ["red_1", "red_2", "blue"])
            let chosen = try ModelRepository(
                ModelRepository.Configuration(sources: [ModelSource(path: run.path, policies: ["red_*"])]))
            #expect(chosen.names == ["red_1", "red_2"])
            let named = try ModelSource(parsing: "best=\(run.path):blue")
            #expect(named == ModelSource(path: run.path, name: "best", id: "blue"))
            let repository = try ModelRepository(ModelRepository.Configuration(sources: [named]))
            #expect(try repository.names == ["best"] && repository.answer("best") == "3:3")
            #expect(try ModelSource(parsing: run.path) == ModelSource(path: run.path))
            #expect(try ModelSource(parsing: "best=\(run.path)").id == nil)
            #expect(throws: StateError.self) { try ModelSource(parsing: "a/b=\(run.path)") }
        }
    }

    @Test("What cannot be served is refused at the start, and both places of a name are told")
    func refusals() throws {
        try RunFolder.with { run in
            func problem(_ sources: [ModelSource]) throws -> String {
                let error = #expect(throws: StateError.self) {
                    try ModelRepository(ModelRepository.Configuration(sources: sources))
                }
                return try #require(error).description
            }
            #expect(try problem([]).contains("nothing to serve"))
            #expect(try problem([ModelSource(path: run.path)]).contains("neither a checkpoint"))
            #expect(try problem([ModelSource(path: run.path + "/none")]).contains("there is no such"))
            try FileManager.default.createDirectory(atPath: run.checkpoint(1), withIntermediateDirectories: true)
            #expect(try problem([ModelSource(path: run.path)]).contains("no complete checkpoint yet"))
            try run.write(2)
            let twice = try problem([ModelSource(path: run.path), ModelSource(path: run.checkpoint(2))])
            #expect(twice.contains("\"red\"") && twice.contains(run.path) && twice.contains(run.checkpoint(2)))
            let unknown = try problem([ModelSource(path: run.path, policies: ["rde"])])
            #expect(unknown.contains("did you mean \"red\"?") && unknown.contains(run.checkpoint(2)))
            #expect(try problem([ModelSource(path: run.path, name: "best")]).contains("which policy? "))
            #expect(try problem([ModelSource(path: run.path, name: "best", id: "x")]).contains("no policy \"x\""))
        }
    }

    @Test("Names are known without reading a policy, which is read when it is asked for, or before if it is to be")
    func lazy() throws {
        try RunFolder.with { run in
            let ids = try (0..<300).map { try PolicyID("p\($0)") }
            try run.write(1, ids)
            // No file of a policy can be read.
            for id in ids.dropFirst(2) { try FileManager.default.removeItem(atPath: run.stateFile(1, id.string)) }
            let log = EventLog()
            let repository = try run.repository(preload: ["p0"], log: log)
            #expect(repository.names.count == 300)
            #expect(log.take() == ["loaded p0 1"])
            #expect(try repository.states("p0") == ["1 READY loaded"])
            #expect(try repository.states("p1") == ["1 READY"])
            #expect(try repository.lease("p1") == nil)
            #expect(try repository.answer("p1") == "1:1")
            #expect(log.take() == ["loaded p1 1"])
            #expect(try repository.lease("p1") != nil)
        }
    }
}
#endif
