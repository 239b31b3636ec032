import Foundation
import Rein
import ReinExport
import ReinTestSupport
import ReinTrainables
import ReinTune
import Testing

@Suite("Algorithms as trainables that export models")
struct ExportingTests {
    private static let one: StateMap = ["environment": "CartPole-v1", "rolloutLength": 16, "network": ["hidden": [8]]]
    private static let two: StateMap = [
        "algorithm": "DQN", "environment": "TicTacToe-v3", "policies": ["first", "second"],
        "mapping": ["rules": [["agents": "player_1", "policy": "first"], ["agents": "*", "policy": "second"]]],
    ]

    @Test("One policy has a file for each format, in the folder that is asked for")
    func one() async throws {
        try await withTemporaryDirectory { directory in
            let driver = try await TrainableDriver(AlgorithmTrainable.self, configuration: Self.one)
            let paths = try await driver.exportModel(["c", "onnx", "safetensors"], to: directory + "/new")
            #expect(
                paths == [
                    "c": directory + "/new/policy.h", "onnx": directory + "/new/model.onnx",
                    "safetensors": directory + "/new/model.safetensors",
                ])
            #expect(
                try Set(files(below: directory).keys) == ["new/policy.h", "new/model.onnx", "new/model.safetensors"])
            // Once more is no error: the file is replaced.
            #expect(try await driver.exportModel(["c"], to: directory + "/new") == ["c": directory + "/new/policy.h"])
        }
    }

    @Test("Several policies have a folder each")
    func several() throws {
        try withTemporaryDirectory { directory in
            let trainable = try AlgorithmTrainable(configuration: Self.two, context: TrainableContext())
            let paths = try trainable.exportModel(formats: ["safetensors"], to: directory)
            #expect(paths == ["safetensors": directory + "/safetensors"])
            let written = try files(below: directory)
            #expect(written.count == 2)
            for id in ["first", "second"] as [PolicyID] {
                let policy = try #require(trainable.algorithm.policy(id))
                #expect(
                    written["safetensors/\(id)/model.safetensors"]
                        == (try policy.exported(as: .safetensors, id: id.string)))
            }
        }
    }

    @Test("A format that is not known is an error that names the nearest, and nothing is written")
    func unknown() async throws {
        try await withTemporaryDirectory { directory in
            let driver = try await TrainableDriver(AlgorithmTrainable.self, configuration: Self.one)
            let error = await #expect(throws: StateError.self) {
                try await driver.exportModel(["safetensors", "onxx"], to: directory)
            }
            #expect(error?.message.contains("\"onnx\"") == true)
            #expect(try files(below: directory).isEmpty)
        }
    }
}
