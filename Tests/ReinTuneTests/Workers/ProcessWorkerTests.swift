#if os(Linux)
import Foundation
import ReinCheckpoints
import ReinProcesses
import ReinTestSupport
import Testing

@testable import ReinTune

@Suite(.timeLimit(.minutes(10))) struct ProcessWorkerTests {
    @Test("results come back as they were made, whatever is in them")
    func exactResults() async throws {
        let metrics: StateMap = [
            "nan": .double(.nan), "infinity": .double(.infinity), "least": .double(-.infinity),
            "zero": .double(-0.0), "tiny": .double(.leastNonzeroMagnitude), "third": .double(1.0 / 3),
            "whole": .double(3),
            "integer": 3, "largest": .int(.max), "smallest": .int(.min), "nothing": .null, "yes": true,
            "text": "ü\n\u{1}\"\\ 🙂", "bytes": .bytes([0, 255]), "empty": "", "$dollar": ["$double": "nan"],
            "map": ["list": [1, 1.0, nil, ["deep": .double(.nan)]], "empty": [:], "none": []],
            "long": .string(String(repeating: "x", count: 600_000)),
        ]
        let configuration: StateMap = ["metrics": .map(metrics), "done": true, "saves": true]
        let worker = ProcessProbe.worker()
        try await worker.prepare(ProcessProbe.start(configuration))
        let result = try await worker.step()
        for (key, value) in metrics.entries {
            #expect(result.metrics[key] == value)
            // Zero and its negative, 1 and 1.0 are told apart by their texts.
            #expect(try result.metrics[key].map { try TreeLine.text(of: $0) } == TreeLine.text(of: value))
        }
        #expect(result.done && result.shouldCheckpoint && result.iteration == 1 && !result.isRepeated)
        #expect(result.metrics["config"] == .map(configuration))
        #expect(result.metrics["made"] == 1)
    }

    @Test("a trainable in a process is told where it runs, and has the parameters of its own program")
    func context() async throws {
        try await withTemporaryDirectory { folder in
            var start = ProcessProbe.start([:], in: folder)
            start.context.resources = try PlacementGroup(cpus: 2)
            start.context.remoteFolder = try StorageURI(file: "\(folder)/remote")
            start.context.transferLimit = .milliseconds(1500)
            start.context.logsResults = true
            let worker = ProcessProbe.worker()
            try await worker.prepare(start)
            let result = try await worker.step()
            #expect(result.metrics["trial"] == "7 seventh all" && result.metrics["shared"] == 7)
            #expect(result.metrics["resources"] == start.context.resources?.tree)
            #expect(result.metrics["folder"] == .string("\(folder)/seventh"))
            #expect(result.metrics["remote"] == .string(try #require(start.context.remoteFolder).description))
            try await worker.release(keeping: true)
            let lines = try String(contentsOfFile: "\(folder)/seventh/result.json", encoding: .utf8)
            #expect(lines.split(separator: "\n").count == 1)
            let context = try TrainableContext(StateReader(start.context.tree))
            #expect(context.transferLimit == .milliseconds(1500) && context.logsResults)
        }
    }

    @Test("a trial goes on in another process from the checkpoint that was saved in a first")
    func checkpoints() async throws {
        try await withTemporaryDirectory { folder in
            let first = ProcessProbe.worker()
            try await first.prepare(ProcessProbe.start([:]))
            let results = [try await first.step(), try await first.step()]
            try await first.save(to: "\(folder)/checkpoint", synchronizing: false)
            first.kill()
            let second = ProcessProbe.worker()
            try await second.prepare(ProcessProbe.start([:]))
            let restored = try await second.restore(from: "\(folder)/checkpoint")
            #expect(restored?.isRepeated == true && restored?.metrics == results[1].metrics)
            let next = try await second.step()
            #expect(next.iteration == 3 && next["count"] == 3 && next["pid"] != results[1]["pid"])
            #expect(next["experiment_id"] == results[1]["experiment_id"])
            let error = await #expect(throws: StateError.self) {
                _ = try await second.restore(from: "\(folder)/missing")
            }
            #expect(error?.code == .notFound && error?.path.hasSuffix("missing") == true)
        }
    }

    @Test("a process serves one trial after the other, and a trainable that is kept begins again")
    func reuse() async throws {
        let worker = ProcessProbe.worker()
        var results: [TrainableResult] = []
        for keeps in [true, true, false, true] {
            try await worker.prepare(ProcessProbe.start(["metrics": ["trial": .int(Int64(results.count))]]))
            results.append(try await worker.step())
            try await worker.release(keeping: keeps)
        }
        #expect(Set(results.compactMap { "\($0["pid"] ?? .null)" }).count == 1)
        #expect(results.map { $0["count"] } == [1, 1, 1, 1] && results.map { $0["made"] } == [1, 1, 1, 2])
        #expect(results.map { $0["trial"] } == [0, 1, 2, 3])
        #expect(Set(results.map { "\($0["experiment_id"] ?? .null)" }).count == 2)
    }

    @Test("a function ends in a process as it does elsewhere")
    func function() async throws {
        let worker = ProcessProbe.worker("function")
        for _ in 0..<2 {
            try await worker.prepare(ProcessProbe.start([:]))
            var counts: [StateTree?] = []
            while let result = try await worker.nextResult() { counts.append(result["count"]) }
            #expect(counts == [0, 1, 2])
            // It is not Resettable.
            try await worker.release(keeping: true)
        }
    }

    @Test("each trial has its own files for what is printed, also where a process serves several")
    func output() async throws {
        try await withTemporaryDirectory { folder in
            let worker = ProcessProbe.worker()
            for name in ["a", "b", "a"] {
                try await worker.prepare(ProcessProbe.start(["step": "says"], in: folder, name: name))
                _ = try await worker.step()
                try await worker.release(keeping: true)
            }
            try await worker.prepare(ProcessProbe.start(["step": "complains"], in: folder, name: "b"))
            _ = try await worker.step()
            try await worker.release(keeping: true)
            try await worker.prepare(ProcessProbe.start(["step": "prints"], in: folder, name: "c"))
            _ = try await worker.step()
            func text(_ path: String) throws -> String {
                try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
            }
            #expect(try text("a/stdout") == "said\nsaid\n" && text("a/stderr").isEmpty)
            #expect(try text("b/stdout") == "said\n" && text("b/stderr") == "complained\n")
            let size = try FileManager.default.attributesOfItem(atPath: "\(folder)/c/stdout")[.size] as? Int
            #expect(size == 16 << 20)

            var start = ProcessProbe.start([:], in: folder)
            start.output = ("\(folder)/a/stdout/file", "\(folder)/x")
            let error = await #expect(throws: StateError.self) { try await worker.prepare(start) }
            #expect(error?.path.hasPrefix("\(folder)/a/stdout") == true)
            try await ProcessProbe.trainOn(worker)
        }
    }

    @Test("when memory runs out, a trial gives way before the tuner does")
    func memoryShortage() async throws {
        let worker = ProcessProbe.worker()
        try await worker.prepare(ProcessProbe.start([:]))
        let process = try StateReader(.map(await worker.step().metrics)).int("pid")
        func score(_ process: String) -> Int? {
            SystemText.file("/proc/\(process)/oom_score_adj").flatMap { Int($0.prefix { !$0.isNewline }) }
        }
        #expect(try #require(score("\(process)")) == max(500, #require(score("self"))))
    }

    @Test("what cannot go to another process, or is not there, is named")
    func refusals() async throws {
        let misspelt = ProcessProbe.worker("TroubleTrainable")
        let unknown = await #expect(throws: StateError.self) { try await misspelt.prepare(ProcessProbe.start([:])) }
        #expect(unknown?.message.contains("did you mean \"TroubledTrainable\"?") == true)

        let worker = ProcessProbe.worker()
        var start = ProcessProbe.start([:])
        start.context.parameters.set("shared", to: 8)
        try await worker.prepare(start)
        try await worker.release(keeping: false)
        start.context.parameters.set("other", to: 8)
        let other = start
        let parameter = await #expect(throws: StateError.self) { try await worker.prepare(other) }
        #expect(parameter?.code == .missingKey && parameter?.message.contains("\"other\"") == true)

        let tensor = StateMap(uniqueEntries: [("weights", .tensor(StateTensor([1, 2] as [Float], shape: [2])))])
        let error = await #expect(throws: StateError.self) { try await worker.prepare(ProcessProbe.start(tensor)) }
        #expect(error?.path == "configuration/weights")
        let order = await #expect(throws: StateError.self) { _ = try await worker.step() }
        #expect(order?.message.contains("no trial was prepared") == true)
        try await ProcessProbe.trainOn(worker)
    }
}
#endif
