import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Testing

@Suite struct RepeatedCheckpointTests {
    @Test("goes on from a checkpoint as if nothing had been", arguments: [1, 3])
    func validates(count: Int) async throws {
        for (steps, configuration) in [(2, [:]), (2, ["last": 2]), (3, ["last": 2, "seed": 1])] as [(Int, StateMap)] {
            let definition = try TrainableDefinition(Walk.self).repeated(seeds: count)
            var validation = SaveRestoreValidation(definition, configuration: configuration)
            validation.stepsBefore = steps
            #expect(try await validation.run() == [.directory, .movedDirectory, .memory])
        }
        var forgetful = SaveRestoreValidation(try TrainableDefinition(Walk.self).repeated(seeds: count))
        forgetful.configuration = ["forgetful": true]
        let error = await #expect(throws: StateError.self) { try await forgetful.run() }
        #expect(error?.description.hasPrefix("Walk: seed_0/position: the state differs") == true)
        let files = try TrainableDefinition(FileCounter.self).repeated(seeds: count)
        try await SaveRestoreValidation(files).run()
    }

    @Test("a checkpoint has a checkpoint of each seed, which is one by itself")
    func parts() async throws {
        try await withTemporaryDirectory { folder in
            let definition = try TrainableDefinition(Walk.self).repeated(seeds: 2)
            let driver = try await TrainableDriver(definition, configuration: ["seed": 8])
            for _ in 0..<3 { _ = try await driver.train() }
            try await driver.save(to: "\(folder)/saved")
            let single = try await TrainableDriver(Walk.self, configuration: ["seed": 9])
            try await single.restore(from: "\(folder)/saved/seed_1")
            #expect(single.iteration == 3)
            let (one, all) = (try await single.train(), try await driver.train())
            #expect(one["position"] == all["seeds/1/position"] && one["timesteps_total"] == 40)
            // A checkpoint of other seeds in number is refused, and leaves everything as it was.
            for count in [1, 3] {
                let other = try TrainableDefinition(Walk.self).repeated(seeds: count)
                let restored = try await TrainableDriver(other, configuration: ["seed": 8])
                let before = try await restored.train()
                let error = await #expect(throws: StateError.self) {
                    try await restored.restore(from: "\(folder)/saved")
                }
                #expect(error?.path.contains("seed_\(count == 1 ? 1 : 2)") == true)
                #expect(restored.iteration == 1)
                let next = try await restored.train()
                let expected = try await Walk.alone(["seed": 8], steps: 2)
                #expect(before["seeds/0/position"] == expected[0]["position"])
                #expect(next["seeds/0/position"] == expected[1]["position"])
            }
        }
    }

    @Test("a step that is cancelled goes on with the seeds that had none")
    func cancellation() async throws {
        let definition = try TrainableDefinition(Walk.self).repeated(seeds: 3)
        let results = try await Task {
            let driver = try await TrainableDriver(definition, configuration: ["cancelledAfter": [1, 1]])
            let first = try await driver.train()
            await #expect(throws: CancellationError.self) { try await driver.train() }
            let saved = try await driver.saveToObject()
            return (first, saved)
        }.value
        let driver = try await TrainableDriver(definition)
        try await driver.restoreFromObject(results.1)
        let next = try await driver.train()
        #expect(next.iteration == 2 && next["steps"] == 2.0)
        for index in 0..<3 {
            let expected = try await Walk.alone(["seed": .int(Int64(index))], steps: 2)
            #expect(next["seeds/\(index)/position"] == expected[1]["position"])
        }
        #expect(next["timesteps_this_iter"] == 6 && next["timesteps_total"] == 12)
    }

    @Test("each has a folder of its own, and records are of the whole alone")
    func folders() async throws {
        try await withTemporaryDirectory { folder in
            var context = TrainableContext()
            context.folder = "\(folder)/trial"
            context.logsResults = true
            let definition = try TrainableDefinition(FileCounter.self).repeated(seeds: 2)
            let driver = try await TrainableDriver(definition, context: context)
            _ = try await driver.train()
            try await driver.save()
            try await driver.stop()
            #expect(
                try LocalFile.names(in: "\(folder)/trial").sorted()
                    == ["checkpoint_000001", "progress.csv", "result.json", "seed_0", "seed_1"])
            #expect(try LocalFile.names(in: "\(folder)/trial/seed_1").isEmpty)
            #expect(try LocalFile.exists("\(folder)/trial/checkpoint_000001/seed_1/state.txt"))
        }
    }
}
