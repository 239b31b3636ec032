import Foundation
import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Testing

/// Every script that was recorded of Ray Tune's class trainables, step by step.
@Suite struct RecordedScriptTests {
    /// What differs on purpose: counters live in the checkpoint, what fails leaves everything as it was, and a trainable
    /// can be trained after a reset.
    private static let departures: [String: [Int: Departure]] = [
        "restore from a bare path loses the counters": [
            3: Departure(iteration: 2),
            4: Departure(changes: ["training_iteration": 3, "time_total_s": 1.5], iteration: 3),
        ],
        "restore from a Checkpoint loses the counters": [
            3: Departure(iteration: 2),
            4: Departure(changes: ["training_iteration": 3, "time_total_s": 1.5], iteration: 3),
        ],
        "restore a missing path": [
            1: Departure(iteration: 1),
            2: Departure(
                changes: [
                    "training_iteration": 2, "time_total_s": 1.0, "time_since_restore": 1.0,
                    "iterations_since_restore": 2,
                ], iteration: 2),
        ],
        "reset that succeeds": [3: Departure(succeeds: true)],
        "reset that is refused": [
            2: Departure(iteration: 2, counter: 2), 3: Departure(iteration: 3, counter: 3, succeeds: true),
        ],
        "train after stop": [2: Departure(iteration: 1, counter: 1)],
        "user gives training_iteration in iteration 2": [
            1: Departure(iteration: 1, fails: true),
            2: Departure(
                changes: [
                    "training_iteration": 2, "time_total_s": 1.0, "time_since_restore": 1.0,
                    "iterations_since_restore": 2,
                ], iteration: 2),
        ],
    ]

    struct Departure: Sendable {
        var changes: StateMap = [:]
        var iteration: Int?
        var counter: Int?
        var fails = false
        var succeeds = false
    }

    static let names: [String] = {
        (try? Fixture.named("trainable_class").child("cases").list().map { try $0.child("name").string() }) ?? []
    }()

    @Test("all 34 scripts are there") func count() { #expect(Self.names.count == 34) }

    @Test("gives the same keys, types and counters", arguments: names)
    func script(_ name: String) async throws {
        let cases = try Fixture.named("trainable_class").child("cases").list()
        let recorded = try #require(try cases.first { try $0.child("name").string() == name })
        guard case .map(let configuration) = try recorded.child("config").tree else { return }
        try await withTemporaryDirectory { folder in
            let run = try await Run(configuration, folder)
            for (index, step) in try recorded.child("steps").list().enumerated() {
                let departure = Self.departures[name]?[index] ?? Departure()
                try await run.check(step, departure, "\(name), step \(index)")
            }
        }
    }

    /// A script at work.
    private final class Run {
        private let configuration: StateMap
        private let folder: String
        private let definition: TrainableDefinition
        private var driver: TrainableDriver
        private var saved: Checkpoint?
        private var experimentID: String?

        init(_ configuration: StateMap, _ folder: String) async throws {
            self.configuration = configuration
            self.folder = folder
            definition =
                configuration["form"] == "dict"
                ? TrainableDefinition(ValueCounter.self) : TrainableDefinition(FileCounter.self)
            driver = try await Self.make(definition, configuration, folder)
        }

        private static func make(
            _ definition: TrainableDefinition, _ configuration: StateMap, _ folder: String
        ) async throws -> TrainableDriver {
            var context = TrainableContext()
            context.folder = folder
            return try await TrainableDriver(definition, configuration: configuration, context: context)
        }

        func check(_ step: StateReader, _ departure: Departure, _ place: String) async throws {
            let what = try step.child("do").string()
            let isToFail =
                try departure.fails || what == "reset no"
                || (step.map().contains { $0.key == "error" } && !departure.succeeds)
            do {
                try await act(what, step, departure, place)
                #expect(!isToFail, "\(place)")
            } catch let error as StateError {
                #expect(isToFail, "\(place): \(error)")
            }
            let after = try step.child("after")
            let iteration = try departure.iteration ?? after.child("iteration").int()
            #expect(driver.iteration == iteration, "\(place)")
            let counter = try departure.counter ?? after.child("own_counter").int()
            let loaded = try after.child("loaded").tree
            if let value = driver.trainable(as: ValueCounter.self) {
                #expect(value.n == counter, "\(place)")
                #expect(value.loaded.map { .map($0) } ?? .null == loaded, "\(place)")
            } else if let file = driver.trainable(as: FileCounter.self) {
                #expect(file.n == counter, "\(place)")
                #expect(file.loaded.map { .string($0) } ?? .null == loaded, "\(place)")
            }
        }

        private func act(_ what: String, _ step: StateReader, _ departure: Departure, _ place: String) async throws {
            switch what {
            case "train":
                let result = try await driver.train()
                if departure.succeeds { return #expect(result["training_iteration"] != nil) }
                try compare(result, step.child("result"), departure.changes, place)
            case "save":
                let checkpoint = try await driver.save(to: "\(folder)/saved")
                saved = checkpoint
                try checkpoint.verify()
                let keys = driver.lastResult.keys.filter { $0 != "experiment_id" }.sorted()
                #expect(try keys == step.child("returned_metrics").list().map { try $0.string() }, "\(place)")
            case "restore", "restore Checkpoint":
                driver = try await Self.make(definition, configuration, folder)
                try await driver.restore(from: #require(saved))
                #expect(driver.experimentID == experimentID || experimentID == nil)
            case "restore in place": try await driver.restore(from: #require(saved))
            case "restore bare path":
                driver = try await Self.make(definition, configuration, folder)
                try await driver.restore(from: #require(saved?.path))
            case "restore moved":
                let path = "\(folder)/elsewhere"
                try FileManager.default.moveItem(atPath: #require(saved?.path), toPath: path)
                driver = try await Self.make(definition, configuration, folder)
                try await driver.restore(from: path)
            case "restore missing": try await driver.restore(from: "/nowhere/at/all")
            case "reset", "reset no":
                var changed = configuration
                changed["resettable"] = .bool(what == "reset")
                try await driver.reset(configuration: changed)
            case "stop":
                let counter = driver.trainable(as: FileCounter.self)
                try await driver.stop()
                #expect(counter?.isClean == true)
            default: Issue.record("\(place): nobody knows how to \(what)")
            }
        }

        private func compare(
            _ result: TrainableResult, _ recorded: StateReader, _ changes: StateMap, _ place: String
        ) throws {
            #expect(result["experiment_id"] == .string(driver.experimentID))
            if let experimentID { #expect(experimentID == driver.experimentID) }
            experimentID = driver.experimentID
            let expected = try recorded.map()
            let keys = Set(result.metrics.keys).subtracting(["experiment_id"])
            #expect(keys == Set(expected.map(\.key)), "\(place)")
            for (key, entry) in expected {
                let value = result.metrics[key] ?? .null
                #expect(try Self.pythonType(of: value) == entry.child("type").string(), "\(place): \(key)")
                // Real times differ; the recording has one where a script takes its own back.
                let isTime = key.hasPrefix("time_") && place.contains("time_this_iter_s in")
                guard try entry.map().contains(where: { $0.key == "value" }), !isTime else { continue }
                #expect(try value == changes[key] ?? entry.child("value").tree, "\(place): \(key)")
            }
        }

        private static func pythonType(of value: StateTree) -> String {
            switch value {
            case .null: "NoneType"
            case .bool: "bool"
            case .int: "int"
            case .double: "float"
            case .string: "str"
            case .list: "list"
            case .map: "dict"
            case .bytes, .tensor: "?"
            }
        }
    }
}
