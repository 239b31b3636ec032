import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Testing

@Suite struct RepeatedTrainableTests {
    private func number(_ tree: StateTree?) throws -> Double { try StateReader(#require(tree)).double() }

    @Test("each step is one of every seed, with the mean of numbers and the sum of counts", arguments: [1, 2, 5])
    func means(count: Int) async throws {
        let definition = try TrainableDefinition(Walk.self).repeated(seeds: count)
        let driver = try await TrainableDriver(definition, configuration: ["seed": 3])
        var expected: [[TrainableResult]] = []
        for index in 0..<count { expected.append(try await Walk.alone(["seed": .int(Int64(3 + index))], steps: 3)) }
        for step in 0..<3 {
            let result = try await driver.train()
            let all = expected.map { $0[step] }
            let positions = try all.map { try number($0["position"]) }
            #expect(try number(result["position"]) == positions.reduce(0, +) / Double(count))
            #expect(
                try number(result["inner/square"]) == positions.map { $0 * $0 }.reduce(0, +) / Double(count))
            #expect(result["steps"] == .double(Double(step + 1)))
            #expect(result["timesteps_this_iter"] == .int(Int64((0..<count).reduce(0) { $0 + 3 + $1 + 1 })))
            #expect(result["episodes_this_iter"] == .int(Int64(count * (step + 1))))
            #expect(result["timesteps_total"] == .int(Int64((0..<count).reduce(0) { $0 + (3 + $1 + 1) * (step + 1) })))
            #expect(result["training_iteration"] == .int(Int64(step + 1)))
            // What is not a number with all of them has no summary.
            #expect(result["name"] == nil && result["inner/text"] == nil && result["flag"] == nil)
            #expect(result["even"] == nil)
            for index in 0..<count {
                #expect(result["seeds/\(index)/position"] == all[index]["position"])
                #expect(result["seeds/\(index)/name"] == .string("walk \(3 + index)"))
                #expect(result["seeds/\(index)/training_iteration"] == nil)
            }
            #expect(result["seeds/\(count)"] == nil)
        }
        try await driver.stop()
    }

    @Test("the summary may be that of the middle half, and is NaN when one of the numbers is")
    func summaries() async throws {
        let definition = try TrainableDefinition(Walk.self).repeated(seeds: 5, summary: .interquartileMean)
        let driver = try await TrainableDriver(definition, configuration: ["nan": [2, 2]])
        var result = try await driver.train()
        var positions: [Double] = []
        for index in 0..<5 { positions.append(try number(result["seeds/\(index)/position"])) }
        #expect(try number(result["position"]) == positions.sorted()[1...3].reduce(0, +) / 3)
        result = try await driver.train()
        #expect(try number(result["position"]).isNaN && !number(result["inner/square"]).isNaN)
        #expect(try number(result["seeds/2/position"]).isNaN && !number(result["seeds/1/position"]).isNaN)
    }

    @Test("seeds count on from that of the settings, under the key that is asked for")
    func seeds() async throws {
        let definition = try TrainableDefinition(Walk.self).repeated(seeds: 2, firstSeed: 40)
        let driver = try await TrainableDriver(definition)
        let result = try await driver.train()
        #expect(result["seeds/0/name"] == "walk 40" && result["seeds/1/name"] == "walk 41")
        #expect(result["config"] == [:])
        for (seed, path) in [(StateTree.double(0.5), "seed"), (.int(.max), "seed"), ("first", "seed")] {
            let error = await #expect(throws: StateError.self) {
                try await TrainableDriver(definition, configuration: ["seed": seed])
            }
            #expect(error?.path == path)
        }
        // Another key: the seed itself is the same for all.
        let other = try TrainableDefinition(Walk.self).repeated(seeds: 2, key: "start")
        let same = try await TrainableDriver(other, configuration: ["seed": 5]).train()
        #expect(same["seeds/0/position"] == same["seeds/1/position"] && same["seeds/1/name"] == "walk 5")
    }

    @Test("one that is done keeps its last metrics, and the whole is done when all are")
    func ends() async throws {
        let definition = try TrainableDefinition(Walk.self).repeated(seeds: 3)
        let driver = try await TrainableDriver(definition, configuration: ["last": 2, "saving": [1, 3]])
        var results: [TrainableResult] = []
        for _ in 0..<4 { results.append(try await driver.train()) }
        #expect(results.map(\.done) == [false, false, false, true])
        #expect(results.map(\.shouldCheckpoint) == [false, false, true, false])
        for (index, last) in [1, 2, 3].enumerated() {
            #expect(results[3]["seeds/\(index)/position"] == results[last]["seeds/\(index)/position"])
            #expect(results[3]["seeds/\(index)/steps"] == .int(Int64(last + 1)))
        }
        // 1 + 2 + 3 steps each time, without the first from the third step on, without the second from the fourth.
        #expect(results.map { $0["timesteps_this_iter"] } == [6, 6, 5, 3])
        #expect(results[3]["timesteps_total"] == 20)
        let after = try await driver.train()
        #expect(after.done && after["seeds"] == results[3]["seeds"] && after["timesteps_total"] == 20)
    }

    @Test("an error names the seed, and what was done before it is not done again")
    func errors() async throws {
        let definition = try TrainableDefinition(Walk.self).repeated(seeds: 3)
        let driver = try await TrainableDriver(definition, configuration: ["seed": 4, "failing": [5, 1]])
        let error = await #expect(throws: StateError.self) { try await driver.train() }
        #expect(error?.description == "seed 5: step: has slipped")
        // The walk has gone on after the slip; the first seed waits for the others.
        let result = try await driver.train()
        #expect(result["seeds/0/steps"] == 1 && result["seeds/1/steps"] == 2 && result["seeds/2/steps"] == 1)
        #expect(result.iteration == 1)
        let refused = await #expect(throws: StateError.self) {
            try await TrainableDriver(definition, configuration: ["refused": 2])
        }
        #expect(refused?.description == "seed 2: seed: is refused")
        let dirty = try await TrainableDriver(definition, configuration: ["dirty": [1, 0]])
        #expect(await #expect(throws: StateError.self) { try await dirty.stop() }?.description == "seed 1: stays")
    }

    @Test("does what the repeated one can do, and no more")
    func abilities() async throws {
        try await withTemporaryDirectory { folder in
            let definition = try TrainableDefinition(Walk.self).repeated(seeds: 2)
            #expect(definition.name == "Walk" && definition.style == .type)
            #expect(try definition.resources(for: ["cpus": 3]) == PlacementGroup(cpus: 3))
            let driver = try await TrainableDriver(definition)
            _ = try await driver.train()
            try await driver.reset(configuration: ["seed": 6])
            #expect(try await driver.train()["seeds/1/name"] == "walk 7")
            #expect(
                try await driver.exportModel(["onnx"], to: folder)
                    == ["seeds/0/onnx": "\(folder)/seed_0/onnx", "seeds/1/onnx": "\(folder)/seed_1/onnx"])
            // Of settings that one of them refuses, the first has taken over some already.
            await #expect(throws: StateError.self) {
                try await driver.reset(configuration: ["seed": 1, "refused": 2])
            }
            let error = await #expect(throws: StateError.self) { try await driver.train() }
            #expect(error?.message.hasPrefix("not all seeds could begin again: seed 2") == true)
            try await driver.reset(configuration: ["seed": 2])
            #expect(try await driver.train()["seeds/0/name"] == "walk 2")

            let plain = try await TrainableDriver(TrainableDefinition(ValueCounter.self).repeated(seeds: 2))
            await #expect(throws: StateError.self) { try await plain.reset(configuration: [:]) }
            await #expect(throws: StateError.self) { try await plain.exportModel(["onnx"], to: folder) }
        }
    }

    @Test("nothing that cannot be repeated is")
    func refusals() async throws {
        #expect(throws: StateError.self) { try TrainableDefinition(Walk.self).repeated(seeds: 0) }
        let function = TrainableDefinition(named: "f") { _, _ in nil }
        let error = #expect(throws: StateError.self) { try function.repeated(seeds: 2) }
        #expect(error?.description.hasPrefix("f: is a function") == true)
        let definition = try TrainableDefinition(ValueCounter.self).repeated(seeds: 2)
        let driver = try await TrainableDriver(definition, configuration: ["always": ["seeds": 1]])
        #expect(await #expect(throws: StateError.self) { try await driver.train() }?.path == "seeds")
    }
}
