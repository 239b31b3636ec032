import Rein
import ReinTestSupport
import Testing

@Suite("DQN with another nonlinearity in its heads")
struct DQNHeadActivationTests {
    static func train(
        dueling: Bool, iterations: Int, threads: Int = 1, _ change: (inout DQN.Configuration) -> Void = { _ in }
    ) throws -> DQN {
        try DQNTests.train(CartPole.self, .prioritized, iterations: iterations, threads: threads) {
            $0.dueling = dueling
            $0.network.activation = .tanh
            $0.network.headHidden = [12]
            $0.network.headActivation = .relu
            change(&$0)
        }
    }

    @Test("The layers of the heads have it, dueling or not", arguments: [true, false])
    func layers(dueling: Bool) throws {
        let policy = try #require(Self.train(dueling: dueling, iterations: 0).policy())
        let network = policy.network
        let activations = (network.trunk?.layers ?? []).map(\.activation) + network.policy.layers.map(\.activation)
        #expect(activations == [.tanh, .relu, .identity])
        #expect(network.value?.layers.map(\.activation) == (dueling ? [.relu, .identity] : nil))
        // Outputs by the layers themselves, in double precision.
        let observation: [Float] = [0.4, -0.3, 0.2, 0.1]
        let (head, value) = ReferencePerceptron.actorCritic(
            network, input: observation.map { Double($0) }, parameters: network.parameters.map { Double($0) })
        let mean = (head[0] + head[1]) / 2
        for (output, advantage) in zip(policy.outputs(for: observation), head) {
            let expected = dueling ? (value ?? 0) + advantage - mean : advantage
            #expect(abs(Double(output) - expected) < 1e-5)
        }
    }

    @Test("Without the setting a network has the shape and the bits that it always had", arguments: [true, false])
    func unchanged(dueling: Bool) throws {
        let algorithm = try Self.train(dueling: dueling, iterations: 1) { $0.network.headActivation = nil }
        let architecture = try #require(algorithm.policy()).network.architecture
        #expect(architecture.hidden == (dueling ? [16] : [16, 12]))
        #expect(architecture.headHidden == (dueling ? [12] : []))
        #expect(architecture.headActivation == nil)
        // The same nonlinearity by name gives the same numbers.
        let named = try Self.train(dueling: dueling, iterations: 1) { $0.network.headActivation = .tanh }
        let areEqual = named.policy()?.network.parameters == algorithm.policy()?.network.parameters
        #expect(areEqual)
    }

    @Test("Saving, restoring and going on gives the files of an uninterrupted run", arguments: [true, false])
    func resume(dueling: Bool) throws {
        try withTemporaryDirectory { directory in
            let whole = try Self.train(dueling: dueling, iterations: 4)
            try whole.save(to: directory + "/whole")
            try Self.train(dueling: dueling, iterations: 2).save(to: directory + "/half")
            let second = try DQN(restoring: directory + "/half", threads: 2)
            for _ in 0..<2 { _ = try second.train() }
            try second.save(to: directory + "/resumed")
            let areEqual = try files(below: directory + "/resumed") == files(below: directory + "/whole")
            #expect(areEqual)
            let policy = try Policy(restoring: directory + "/resumed")
            #expect(policy.network.architecture.headActivation == .relu)
        }
    }

    @Test("The setting is a key like the others")
    func configuration() throws {
        var tree = StateTree.map([:])
        for text in ["network.headActivation=relu", "network.headHidden=[8]", "network.activation=tanh"] {
            try ConfigurationAssignment(parsing: text).apply(to: &tree)
        }
        let configuration = try DQN.Configuration(overlaying: tree)
        #expect(configuration.network.headActivation == .relu)
        #expect(try DQN.Configuration(overlaying: configuration.tree) == configuration)
        try ConfigurationAssignment(parsing: "network.headActivation=null").apply(to: &tree)
        #expect(try DQN.Configuration(overlaying: tree).network.headActivation == nil)
        try ConfigurationAssignment(parsing: "network.headActivation=rely").apply(to: &tree)
        let error = try #require(throws: ConfigurationError.self) { try DQN.Configuration(overlaying: tree) }
        #expect(error.key == "network.headActivation")
    }
}
