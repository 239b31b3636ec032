import Rein
import Testing

@Suite("Configurations")
struct ConfigurationTests {
    @Test("A configuration survives the way to JSON and back")
    func roundTrip() throws {
        let configuration = PPO.Configuration(seed: 9).with {
            $0.learningRate = .linear(from: 1e-3, to: 0, over: 100_000)
            $0.valueClipRange = 0.2
            $0.network.hidden = [32]
            $0.actionTransform = .rescale
        }
        let text = JSON.text(configuration.tree)
        #expect(try PPO.Configuration(overlaying: JSON.parse(text)) == configuration)
    }

    @Test("Given values are laid over the defaults")
    func overlay() throws {
        let configuration = try PPO.Configuration(
            overlaying: JSON.parse(
                #"{"discount": 0.9, "network": {"hidden": [8]}, "targetKL": 0.02, "clipRange": [[0, 0.2], [100, 0]]}"#))
        let expected = PPO.Configuration().with {
            $0.discount = 0.9
            $0.network.hidden = [8]
            $0.targetKL = 0.02
            $0.clipRange = .linear(from: 0.2, to: 0, over: 100)
        }
        #expect(configuration == expected)
    }

    @Test(
        "An unknown key is an error that names the nearest one",
        arguments: [
            (#"{"discout": 0.9}"#, "discout", "discount"),
            (#"{"network": {"hiden": [8]}}"#, "network.hiden", "network.hidden"),
            (#"{"lambda": 0.9, "minibatch_size": 3}"#, "lambda", "gaeLambda"),
            (#"{"minibatch_size": 3}"#, "minibatch_size", "minibatchSize"),
        ])
    func unknownKey(json: String, key: String, nearest: String) throws {
        let tree = try JSON.parse(json)
        let error = try #require(throws: ConfigurationError.self) { try PPO.Configuration(overlaying: tree) }
        #expect(error.key == key)
        #expect(error.problem.contains("\"\(nearest)\""), "\(error)")
    }

    @Test(
        "A value out of range or of the wrong type names its key",
        arguments: [
            (#"{"discount": 1.5}"#, "discount"), (#"{"seed": -1}"#, "seed"), (#"{"epochs": 0}"#, "epochs"),
            (#"{"epochs": 2.5}"#, "epochs"), (#"{"epochs": "three"}"#, "epochs"),
            (#"{"network": 3}"#, "network"), (#"{"network": {"hidden": [0]}}"#, "network.hidden"),
            (#"{"network": {"activation": "tan"}}"#, "network.activation"),
            (#"{"network": {"value": "none"}}"#, "network.value"),
            (#"{"learningRate": [[100, 1], [0, 2]]}"#, "learningRate"), (#"{"learningRate": -1}"#, "learningRate"),
            (#"{"valueClipRange": 1, "valueErrorClip": 2}"#, "valueErrorClip"),
            (#"{"adam": {"epsilon": 0}}"#, "adam.epsilon"), (#"{"maximumGradientNorm": 0}"#, "maximumGradientNorm"),
            (#"{"environmentCount": 0}"#, "environmentCount"), (#"{"observationLimit": 1e-50}"#, "observationLimit"),
            (#"{"rewardLimit": 1e39}"#, "rewardLimit"),
        ])
    func badValue(json: String, key: String) throws {
        let tree = try JSON.parse(json)
        let error = try #require(throws: ConfigurationError.self) { try PPO.Configuration(overlaying: tree) }
        #expect(error.key == key, "\(error)")
    }

    @Test("An algorithm refuses settings that were changed to something impossible")
    func validatedOnConstruction() {
        #expect(throws: ConfigurationError.self) {
            try PPO(environment: CartPole.self, configuration: PPO.Configuration().with { $0.gaeLambda = 2 })
        }
    }

    @Test("Assignments set values by dotted keys")
    func assignments() throws {
        var tree = StateTree.map([:])
        for text in ["network.hidden=[16,16]", "network.activation=relu", "discount=0.5", "targetKL=null"] {
            try ConfigurationAssignment(parsing: text).apply(to: &tree)
        }
        let configuration = try PPO.Configuration(overlaying: tree)
        #expect(configuration.network.hidden == [16, 16])
        #expect(configuration.network.activation == .relu)
        #expect(configuration.discount == 0.5)
        for text in ["discount", "=3", "a..b=1"] {
            #expect(throws: ConfigurationError.self) { try ConfigurationAssignment(parsing: text) }
        }
    }
}
