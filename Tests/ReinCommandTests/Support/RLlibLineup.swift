import Foundation
import Rein
import ReinTestSupport
import Testing

/// A random algorithm: policies of several networks, some of them frozen, extracted, or merged from other algorithms, in
/// a checkpoint that RLlib is to load or `rein` says that it will not.
struct RLlibLineup {
    /// Where the checkpoint is.
    let path: String
    /// The lines that `rein` wrote to standard error.
    let words: [Substring]

    /// Makes one, with another one for each number.
    init(_ number: Int, in scratch: Scratch) throws {
        var random = RandomStream(seed: UInt64(number), name: "lineup")
        let name = "lineup\(number)"
        let isShared = random.below(5) > 0
        let method = random.below(3)
        try Self.save(method, isShared: isShared, ids: ["first", "second", "third"], to: "\(name)-a", scratch, &random)
        var arguments = ["convert-checkpoint", "\(name)-a", name, "--to", "msgpack"]
        if random.below(3) > 0 {
            // Now and then of another method, or for other agents.
            let other = random.below(8) == 0 ? random.below(3) : method
            let agents = random.below(8) == 0 ? !isShared : isShared
            try Self.save(other, isShared: agents, ids: ["one", "two"], to: "\(name)-b", scratch, &random)
            var source = "\(name)-b"
            if random.below(2) == 0 {
                try scratch.done(["extract", "\(name)-b", "--policy", "one", "\(name)-alone"])
                source = "alone=\(name)-alone"
            }
            arguments = ["merge", name, "\(name)-a", source, "--format", "msgpack"]
        }
        words = try scratch.done(arguments).errors.split(separator: "\n")
        path = scratch.path(name)
    }

    /// Whether `rein` says that RLlib will not open a policy.
    func isRefused(_ id: PolicyID) -> Bool { words.contains { $0.hasPrefix("RLlib will not open policy \"\(id)\"") } }

    /// Whether `rein` says that RLlib will not load it.
    var isRefused: Bool { words.contains { $0.hasPrefix("RLlib will not load the algorithm") } }

    private static let activations: [Activation] = [.tanh, .relu, .silu, .elu, .leakyReLU, .identity]

    private static func rewardClip(_ random: inout RandomStream) -> RewardClip? {
        [nil, nil, .sign, .limit(0.5)][random.below(4)]
    }

    private static func widths(_ random: inout RandomStream) -> [Int] {
        (0...random.below(2)).map { _ in 3 + random.below(5) }
    }

    private static func save(
        _ method: Int, isShared: Bool, ids: [PolicyID], to name: String, _ scratch: Scratch,
        _ random: inout RandomStream
    ) throws {
        let ids = Array(ids.prefix(1 + random.below(ids.count)))
        switch method {
        case 0:
            try save(PPO.self, isShared, ids, name, scratch, &random) { configuration, random in
                configuration.rolloutLength = 32
                configuration.epochs = 1
                configuration.minibatchSize = 16
                configuration.network.hidden = widths(&random)
                configuration.network.activation = activations[random.below(activations.count)]
                configuration.network.value = random.below(2) == 0 ? .shared : .separate
                configuration.normalizesObservations = random.below(2) == 0
                configuration.network.hasDeviationHead = !isShared && random.below(2) == 0
                if !isShared, random.below(4) == 0 { configuration.network.recurrent = .gru }
                if random.below(3) == 0 { configuration.learningRate = .linear(from: 1e-3, to: 0, over: 5000) }
                configuration.rewardClip = rewardClip(&random)
            }
        case 1 where isShared:
            try save(DQN.self, isShared, ids, name, scratch, &random) { configuration, random in
                configuration.stepsPerIteration = 64
                configuration.learningStarts = 32
                configuration.batchSize = 8
                configuration.replayCapacity = 200
                configuration.network.hidden = widths(&random)
                configuration.network.activation = activations[random.below(activations.count)]
                configuration.dueling = random.below(2) == 0
                if random.below(2) == 0 {
                    configuration.network.headHidden = widths(&random)
                    configuration.network.headActivation = random.below(8) == 0 ? .tanh : .relu
                }
                configuration.rewardClip = rewardClip(&random)
            }
        default:
            try save(SAC.self, isShared, ids, name, scratch, &random) { configuration, random in
                configuration.stepsPerIteration = 64
                configuration.learningStarts = 32
                configuration.batchSize = 8
                configuration.replayCapacity = 200
                configuration.network.hidden = widths(&random)
                configuration.network.criticHidden = random.below(2) == 0 ? nil : widths(&random)
                configuration.network.criticCount = 1 + random.below(2)
                if random.below(3) == 0 { configuration.network.criticActivation = .tanh }
                configuration.network.activation = activations[random.below(activations.count)]
                configuration.rewardClip = rewardClip(&random)
            }
        }
    }

    private static func save<Method: Learner>(
        _: Algorithm<Method>.Type, _ isShared: Bool, _ ids: [PolicyID], _ name: String, _ scratch: Scratch,
        _ random: inout RandomStream, change: (inout Method.Configuration, inout RandomStream) -> Void
    ) throws {
        var configurations: [PolicyID: Method.Configuration] = [:]
        var shared = Method.Configuration()
        change(&shared, &random)
        for id in ids.dropFirst() where random.below(2) == 0 {
            var own = shared
            change(&own, &random)
            configurations[id] = own
        }
        let trained = ids.filter { $0 == ids[0] || random.below(4) > 0 }
        let algorithm = try Algorithm<Method>(
            environment: .init(named: isShared ? "MultiAgentCartPole-v1" : "Pendulum-v1"), configuration: shared,
            lineup: Lineup(
                policies: ids,
                mapping: isShared && ids.count > 1
                    ? ["agent_0": .init(stringLiteral: ids[0].string), "*": .init(stringLiteral: ids[1].string)]
                    : .all(ids[0]), policiesToTrain: PolicySelection(trained), policyConfigurations: configurations))
        _ = try algorithm.train()
        try algorithm.save(to: scratch.path(name))
    }
}
