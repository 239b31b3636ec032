import Foundation
import ReinTestSupport
import Testing

@testable import Rein

/// Algorithms of every kind that RLlib has as well, with an iteration behind them.
enum RLlibSamples {
    static let ppo = PPO.Configuration(seed: 3).with {
        $0.environmentCount = 2
        $0.rolloutLength = 64
        $0.minibatchSize = 32
        $0.epochs = 2
        $0.network.hidden = [8, 6]
    }
    static let dqn = DQN.Configuration(seed: 3).with {
        $0.stepsPerIteration = 200
        $0.learningStarts = 50
        $0.network.hidden = [8]
    }
    static let sac = SAC.Configuration(seed: 3).with {
        $0.stepsPerIteration = 200
        $0.learningStarts = 50
        $0.batchSize = 16
        $0.network.hidden = [8, 6]
    }

    /// One that can be saved, whatever its method.
    struct Sample: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Trains an iteration and saves at a path.
        let save: @Sendable (_ path: String, CheckpointFormat) throws -> Void
        /// Restores, trains another iteration and gives all states.
        let resume: @Sendable (_ path: String) throws -> [StateTree?]

        init<Method: Learner & SendableMetatype>(
            _ name: String, make: @escaping @Sendable () throws -> Algorithm<Method>
        ) {
            testDescription = name
            save = { path, format in
                let algorithm = try make()
                _ = try algorithm.train()
                try algorithm.save(to: path, format: format)
            }
            resume = { path in
                let algorithm = try Algorithm<Method>(restoring: path)
                _ = try algorithm.train()
                return MultiAgentTrainingTests.states(of: algorithm)
            }
        }
    }

    static func ppo(
        _ name: String, _ change: @escaping @Sendable (inout PPO.Configuration) -> Void = { _ in },
        environment: @escaping @Sendable () throws -> TrainingEnvironment
    ) -> Sample {
        Sample(name) { try PPO(environment: environment(), configuration: ppo.with(change)) }
    }

    static func dqn(
        _ name: String, _ change: @escaping @Sendable (inout DQN.Configuration) -> Void = { _ in }
    ) -> Sample {
        Sample(name) { try DQN(environment: .init(named: "CartPole-v1"), configuration: dqn.with(change)) }
    }

    static func sac(
        _ name: String, environment: String,
        _ change: @escaping @Sendable (inout SAC.Configuration) -> Void = { _ in }
    ) -> Sample {
        Sample(name) { try SAC(environment: .init(named: environment), configuration: sac.with(change)) }
    }

    static let all: [Sample] = [
        ppo("ppo_cartpole") { try .init(named: "CartPole-v1") },
        ppo(
            "ppo_cartpole_shared",
            {
                $0.network.value = .shared
                $0.network.activation = .silu
                $0.rewardClip = .sign
                $0.learningRate = .linear(from: 1e-3, to: 0, over: 10_000)
                $0.klCoefficient = 0.2
                $0.valueErrorClip = 10
                $0.minibatchSize = 512
            }
        ) { try .init(named: "CartPole-v1") },
        ppo("ppo_cartpole_gelu", { $0.network.activation = .gelu }) { try .init(named: "CartPole-v1") },
        ppo(
            "ppo_pendulum_normalized", { $0.normalizesObservations = true }
        ) { try .init(named: "Pendulum-v1") },
        ppo(
            "ppo_pendulum_head",
            {
                $0.network.hasDeviationHead = true
                $0.actionTransform = .rescale
                $0.network.activation = .relu
            }
        ) { try .init(named: "Pendulum-v1") },
        Sample("ppo_two_agents") {
            try PPO(
                environment: .init(named: "MultiAgentCartPole-v1"), configuration: ppo,
                lineup: Lineup(policies: ["first", "second"], mapping: ["agent_0": "first", "*": "second"]))
        },
        Sample("ppo_two_forms") {
            try PPO(
                environment: .init(named: "MultiAgentCartPole-v1"), configuration: ppo,
                lineup: Lineup(
                    policies: ["first", "second"], mapping: ["agent_0": "first", "*": "second"],
                    policyConfigurations: [
                        "second": ppo.with {
                            $0.network.hidden = [5]
                            $0.network.activation = .elu
                            $0.discount = 0.9
                            $0.rewardClip = .limit(0.5)
                        }
                    ]))
        },
        dqn("dqn_dueling"),
        dqn("dqn_heads") {
            $0.network.headHidden = [6, 5]
            $0.network.activation = .tanh
            $0.network.headActivation = .relu
        },
        dqn("dqn_plain") {
            $0.dueling = false
            $0.prioritizedReplay = false
            $0.network.activation = .leakyReLU
            $0.rewardClip = .limit(0.5)
        },
        dqn("dqn_sigmoid") {
            $0.dueling = false
            $0.network.activation = .sigmoid
        },
        dqn("dqn_ratio") {
            $0.stepCount = 5
            $0.trainingInterval = 4
            $0.updatesPerInterval = 2
            $0.explorationRate = .piecewise([
                .init(step: 10, value: 1), .init(step: 50, value: 0.3), .init(step: 400, value: 0.05),
            ])
        },
        sac("sac_pendulum", environment: "Pendulum-v1"),
        sac("sac_ratio", environment: "Pendulum-v1") {
            $0.stepCount = 3
            $0.trainingInterval = 2
            $0.updatesPerInterval = 2
            $0.targetUpdateInterval = 4
            $0.learnsTemperature = false
        },
        sac("sac_cartpole", environment: "CartPole-v1") { $0.network.criticHidden = [5] },
        sac("sac_single", environment: "Pendulum-v1") {
            $0.network.criticCount = 1
            $0.network.criticActivation = .tanh
            $0.rewardClip = .sign
        },
    ]
}

@Suite("MessagePack files that RLlib reads, too")
struct RLlibWritingTests {
    @Test(
        "They hold RLlib's keys, convert exactly, and training goes on with the same bits", arguments: RLlibSamples.all)
    func roundTrip(sample: RLlibSamples.Sample) throws {
        try withTemporaryDirectory { directory in
            let paths = ["native", "msgpack", "converted", "back"].map { "\(directory)/\($0)" }
            try sample.save(paths[0], .native)
            try sample.save(paths[1], .msgpack)
            try CheckpointDirectory.convert(from: paths[0], to: paths[2], format: .msgpack)
            let isSameConverted = try files(below: paths[1]) == files(below: paths[2])
            #expect(isSameConverted)
            try CheckpointDirectory.convert(from: paths[2], to: paths[3], format: .native)
            let isSameBack = try files(below: paths[0]) == files(below: paths[3])
            #expect(isSameBack)
            for path in paths[1...2] { try CheckpointDirectory(opening: path).verify() }
            let goesOn = try sample.resume(paths[0]) == sample.resume(paths[1])
            #expect(goesOn)
        }
    }

    /// The number of bytes of all tensors in a tree.
    static func tensorBytes(_ tree: StateTree) -> Int {
        switch tree {
        case .tensor(let tensor): tensor.bytes.count
        case .list(let elements): elements.reduce(0) { $0 + tensorBytes($1) }
        case .map(let map): map.entries.reduce(0) { $0 + tensorBytes($1.value) }
        default: 0
        }
    }

    @Test("What RLlib reads is a policy of its own, with the same outputs", arguments: RLlibSamples.all)
    func selfReading(sample: RLlibSamples.Sample) throws {
        try withTemporaryDirectory { directory in
            try sample.save("\(directory)/c", .msgpack)
            let checkpoint = try CheckpointDirectory(opening: "\(directory)/c")
            for id in try checkpoint.policyIDs {
                let policy = try Policy(restoring: "\(directory)/c", id: id)
                var file = try RLlibFixture.file("\(directory)/c/policies/\(id)")
                let rest = try #require(file["rein"])
                // Parameters and moments are not stored twice; rows of environments and normalisers are.
                #expect(Self.tensorBytes(rest) < 4096)
                file["rein"] = nil
                let rllib = try Policy(restoringFile: .map(file))
                let observation = policy.observationSpace.low.indices.map { 0.1 * Float($0 + 1) }
                let pairs = zip(rllib.outputs(for: observation), policy.outputs(for: observation))
                #expect(pairs.allSatisfy { abs($0 - $1) <= 1e-5 })
                switch (rllib.action(for: observation), policy.action(for: observation)) {
                case (.continuous(let left), .continuous(let right)):
                    #expect(zip(left, right).allSatisfy { abs($0 - $1) <= 1e-5 })
                case (let left, let right): #expect(left == right)
                }
                // The ids of its optimizers are strings, where RLlib's own files have integers.
                let own = try RLlibPolicy(StateReader(.map(file)))
                let optimizer = try #require(try own.adam([0], of: .network, views: rllib.network.views))
                #expect(optimizer.step > 0)
                // RLlib's dueling heads have a layer that ours need not have.
                guard rllib.network.architecture == policy.network.architecture else { continue }
                let learner = try StateReader(policy.state).child("learner")
                let place = [RLlibPolicyClass.dqn: "networks", .sac: "updater"][own.policyClass]
                let saved = try (place.map { try learner.child($0) } ?? learner).child(
                    own.policyClass == .sac ? "actorOptimizer" : "optimizer")
                let isSame = optimizer.state == saved.tree
                #expect(isSame)
            }
        }
    }

    @Test("A policy that is saved alone takes what its learner has learnt along", arguments: RLlibSamples.all)
    func alone(sample: RLlibSamples.Sample) throws {
        /// What an optimizer has learnt, without its settings.
        func moments(_ file: StateMap) throws -> [StateTree] {
            try StateReader(.map(file)).list("_optimizer_variables").map { try $0.child("state").tree }
        }
        try withTemporaryDirectory { directory in
            try sample.save("\(directory)/c", .msgpack)
            for id in try CheckpointDirectory(opening: "\(directory)/c").policyIDs {
                let alone = "\(directory)/\(id)"
                try Policy(restoring: "\(directory)/c", id: id).save(to: alone, format: .msgpack)
                let files = try (RLlibFixture.file(alone), RLlibFixture.file("\(directory)/c/policies/\(id)"))
                let areSame = try moments(files.0) == moments(files.1)
                #expect(areSame)
                // The entropy that SAC learns for is one of its settings.
                for (name, value) in try StateReader(files.1["weights"] ?? nil).map() where name != "target_entropy" {
                    let isSame = try StateReader(files.0["weights"] ?? nil).child(name).tree == value.tree
                    #expect(isSame, "\(name)")
                }
                #expect(files.0["current_kl_coeff"] == files.1["current_kl_coeff"])
            }
        }
    }

    @Test("The settings of a policy alone are those that its method has unless others are given")
    func standardSettings() {
        #expect(RLlibTraining(standard: .ppo).settings == PPOLearner.rllibSettings(PPO.Configuration()))
        #expect(RLlibTraining(standard: .dqn).settings == DQNLearner.rllibSettings(DQN.Configuration()))
        #expect(RLlibTraining(standard: .sac).settings == SACLearner.rllibSettings(SAC.Configuration()))
    }

    @Test(
        "The file of a policy that only acts is shared from checkpoint to checkpoint",
        arguments: CheckpointFormat.allCases)
    func sharing(format: CheckpointFormat) throws {
        try withTemporaryDirectory { directory in
            // The opponent has learnt, too, and no longer does.
            let before = try PPO(
                environment: .init(named: "MultiAgentCartPole-v1"), configuration: RLlibSamples.ppo,
                lineup: Lineup(policies: ["learner", "opponent"], mapping: ["agent_0": "learner", "*": "opponent"]))
            _ = try before.train()
            try before.save(to: "\(directory)/before", format: format)
            let algorithm = try PPO(
                restoring: "\(directory)/before", lineup: LineupChanges(policiesToTrain: ["learner"]))
            try algorithm.save(to: "\(directory)/a", format: format)
            _ = try algorithm.train()
            try algorithm.save(to: "\(directory)/b", format: format, sharingWith: "\(directory)/a")
            let counts = try ["learner", "opponent"].map { id in
                let path = "\(directory)/b/policies/\(id)/policy_state.\(format.fileExtension)"
                return try FileManager.default.attributesOfItem(atPath: path)[.referenceCount] as? Int
            }
            #expect(counts == [1, 2])
        }
    }

    @Test("Policies that RLlib does not have are written for Rein alone")
    func inexpressible() throws {
        let configurations = [
            RLlibSamples.ppo.with { $0.network.recurrent = .lstm },
            RLlibSamples.ppo.with { $0.usesStateDependentExploration = true },
        ]
        for configuration in configurations {
            try withTemporaryDirectory { directory in
                let algorithm = try PPO(environment: .init(named: "Pendulum-v1"), configuration: configuration)
                try algorithm.save(to: "\(directory)/c", format: .msgpack)
                let policy = try #require(algorithm.policy("default_policy"))
                #expect(policy.rllibProblem(as: .ppo) != nil)
                #expect(try RLlibFixture.file("\(directory)/c/policies/default_policy")["weights"] == nil)
                let same = try Policy(restoring: "\(directory)/c").network == policy.network
                #expect(same)
            }
        }
    }

    @Test("A policy that cannot be read is an error, not an algorithm without RLlib's part")
    func unreadablePolicy() throws {
        let algorithm = try PPO(
            environment: .init(named: "MultiAgentCartPole-v1"), configuration: RLlibSamples.ppo,
            lineup: Lineup(policies: ["first", "second"], mapping: ["agent_0": "first", "*": "second"]))
        try withTemporaryDirectory { directory in
            try algorithm.save(to: "\(directory)/whole")
            let checkpoint = try SavedCheckpoint(opening: "\(directory)/whole")
            let state = try checkpoint.algorithm()
            for lost in state.lineup.policies.indices {
                let error = #expect(throws: StateError.self) {
                    try CheckpointDirectory.writeAlgorithm(
                        state, to: "\(directory)/other", format: .msgpack, replacingExisting: false, reporting: true
                    ) { index throws(StateError) in
                        guard index != lost else {
                            throw StateError(.inputOutput, "cannot read the file", path: "disk")
                        }
                        return SavedPolicy(state: try checkpoint.policy(state.lineup.policies[index]))
                    }
                }
                #expect(error?.description == "disk: cannot read the file")
                #expect(try !CheckpointDirectory.exists(at: "\(directory)/other"))
            }
        }
    }

    @Test("An algorithm of RLlib's keeps what is not known here, and writes it back")
    func algorithmRemainder() throws {
        try withTemporaryDirectory { directory in
            let original = "\(directory)/rllib"
            let added: [([String], StateTree)] = [
                (["mine"], ["answer": 42]), (["config", "my_setting"], "kept"), (["counters", "my_counter"], 7),
                (["counters", "num_target_updates"], 11), (["worker", "my_worker"], [1, 2]),
            ]
            let pickles = [["pickled"], ["worker", "state"], ["config", "pickled"]]
            let changes = added + pickles.map { ($0, .bytes([0x80, 4])) }
            try RLlibFixture.copy("\(RLlibFixture.directory)/dqn_cartpole/checkpoint", to: original) {
                changes.reduce($0) { RLlibFixture.replacing($1.0, by: $1.1, in: $0) }
            }

            try CheckpointDirectory.convert(from: original, to: "\(directory)/native", format: .native)
            try CheckpointDirectory.convert(
                from: "\(directory)/native", to: "\(directory)/converted", format: .msgpack)
            let algorithm = try DQN(restoring: original)
            _ = try algorithm.train()
            try algorithm.save(to: "\(directory)/trained", format: .msgpack)
            try DQN(restoring: "\(directory)/trained").save(to: "\(directory)/again", format: .msgpack)
            for name in ["converted", "trained", "again"] {
                let written = try StateReader(.map(RLlibFixture.file("\(directory)/\(name)", "algorithm_state")))
                for (place, value) in added {
                    let found = try place.reduce(written) { try $0.child($1) }.tree == value
                    #expect(found, "\(name): \(place)")
                }
                for place in pickles {
                    let parent = try place.dropLast().reduce(written) { try $0.child($1) }
                    #expect(parent.optionalChild(place[place.count - 1]) == nil, "\(name): \(place)")
                }
            }
        }
    }
}
