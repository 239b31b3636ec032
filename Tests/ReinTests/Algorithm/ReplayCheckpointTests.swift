import CAllocationCounter
import Foundation
import Rein
import ReinTestSupport
import Testing

@Suite("Replay in the checkpoints of algorithms")
struct ReplayCheckpointTests {
    static let dqn = DQN.Configuration(seed: 2).with {
        $0.environmentCount = 2
        $0.stepsPerIteration = 40
        $0.learningStarts = 30
        $0.replayCapacity = 100
        $0.batchSize = 16
        $0.network.hidden = [8]
    }

    static let sac = SAC.Configuration(seed: 2).with {
        $0.environmentCount = 2
        $0.stepsPerIteration = 20
        $0.learningStarts = 30
        $0.replayCapacity = 60
        $0.batchSize = 16
        $0.stepCount = 2
        $0.network.hidden = [8]
    }

    static func trained<Method: Learner>(
        _ configuration: Method.Configuration, iterations: Int = 2, policies: [PolicyID] = [.default]
    ) throws -> Algorithm<Method> {
        let algorithm = try Algorithm<Method>(
            environment: EnvironmentSpecification(CartPole.self), configuration: configuration,
            lineup: Lineup(
                policies: policies, agents: policies.map { AgentID($0.string) },
                mapping: PolicyMapping(
                    rules: policies.map { .init(agents: GlobPattern($0.string), policy: $0) })))
        for _ in 0..<iterations { _ = try algorithm.train() }
        return algorithm
    }

    /// Calls `body` with a trained algorithm of each method, and a folder.
    static func forEachMethod(_ body: (any SavableAlgorithm, String) throws -> Void) throws {
        try withTemporaryDirectory { try body(try trained(dqn) as DQN, $0) }
        try withTemporaryDirectory { try body(try trained(sac) as SAC, $0) }
    }

    @Test(
        "It is in a file of its own, and neither in a policy's file nor in a policy",
        arguments: CheckpointFormat.allCases)
    func layout(format: CheckpointFormat) throws {
        try Self.forEachMethod { algorithm, directory in
            let path = directory + "/a"
            try algorithm.write(to: path, format: format)
            let checkpoint = try CheckpointDirectory(opening: path)
            try checkpoint.verify()
            #expect(try checkpoint.manifest.replays == [.default: .included])
            #expect(try files(below: path).keys.contains("replay/default_policy.\(format.fileExtension)"))
            guard case .included(let replay) = try checkpoint.replayState(.default) else {
                Issue.record("no replay")
                return
            }
            // The filled part of the buffer, and no more.
            #expect(!Self.tensors(replay, "observations", width: 4).isEmpty)
            let state = try #require(try algorithm.policyOfAny().learnerState)
            #expect(Self.tensors(state, "nextObservations", width: 4).isEmpty)
            #expect(try Policy(restoring: path) == algorithm.policyOfAny())
        }
    }

    /// The shapes of tensors of a name and width.
    static func tensors(_ tree: StateTree, _ name: String, width: Int, key: String = "") -> [[Int]] {
        switch tree {
        case .tensor(let tensor): key == name && tensor.shape.last == width ? [tensor.shape] : []
        case .map(let map): map.entries.flatMap { tensors($0.value, name, width: width, key: $0.key) }
        case .list(let list): list.flatMap { tensors($0, name, width: width) }
        default: []
        }
    }

    @Test("Only the filled part of the buffer is written")
    func filledPart() throws {
        try withTemporaryDirectory { directory in
            let algorithm: SAC = try Self.trained(Self.sac.with { $0.replayCapacity = 5000 }, iterations: 1)
            try algorithm.save(to: directory + "/a")
            guard case .included(let replay) = try CheckpointDirectory(opening: directory + "/a").replayState(.default)
            else { throw StateError(.notFound, "no replay") }
            let transitions = try StateReader(replay).child("experience").child("transitions")
            // 20 steps of two environments, of which each may still wait for its second step.
            let count = try transitions.int("count")
            #expect((38...40).contains(count))
            #expect(try transitions.tensor("observations").shape == [count, 4])
        }
    }

    @Test("A policy is restored without it; everything is not, and the error names the file", arguments: [false, true])
    func missing(isDamaged: Bool) throws {
        try Self.forEachMethod { algorithm, directory in
            let path = directory + "/a"
            try algorithm.write(to: path, format: .native)
            let file = path + "/replay/default_policy.safetensors"
            if isDamaged {
                var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
                bytes[bytes.count - 1] ^= 1
                try bytes.write(to: URL(fileURLWithPath: file), options: .atomic)
            } else {
                try FileManager.default.removeItem(atPath: file)
            }
            #expect(try Policy(restoring: path) == algorithm.policyOfAny())
            #expect(try Policy(restoring: path + "/policies/default_policy") == algorithm.policyOfAny())
            let error = try #require(throws: StateError.self) { try algorithm.restoreAnother(from: path) }
            #expect(error.path.hasPrefix(file), "\(error)")
            #expect(error.code == (isDamaged ? .checksumMismatch : .notFound))
        }
    }

    @Test("A conversion there and back gives the same files, and the detour resumes bit for bit")
    func conversion() throws {
        try Self.forEachMethod { algorithm, directory in
            try algorithm.write(to: directory + "/a", format: .native)
            try CheckpointDirectory.convert(from: directory + "/a", to: directory + "/b", format: .msgpack)
            try CheckpointDirectory.convert(from: directory + "/b", to: directory + "/c", format: .native)
            #expect(try files(below: directory + "/a") == files(below: directory + "/c"))
            let resumed = try algorithm.restoreAnother(from: directory + "/b")
            for algorithm in [algorithm, resumed] { _ = try algorithm.train() }
            try algorithm.write(to: directory + "/whole", format: .native)
            try resumed.write(to: directory + "/resumed", format: .native)
            #expect(try files(below: directory + "/whole") == files(below: directory + "/resumed"))
        }
    }

    @Test("A checkpoint without it says so, and goes on with an empty one")
    func omitted() throws {
        try withTemporaryDirectory { directory in
            let algorithm: DQN = try Self.trained(Self.dqn.with { $0.savesReplay = false })
            try algorithm.save(to: directory + "/a")
            let checkpoint = try CheckpointDirectory(opening: directory + "/a")
            #expect(try checkpoint.manifest.replays == [.default: .omitted])
            #expect(try checkpoint.replayState(.default) == .omitted)
            #expect(!FileManager.default.fileExists(atPath: directory + "/a/replay"))
            let restored = try DQN(restoring: directory + "/a")
            #expect(try restored.train().policy()?.metric("replayCount") == 80)
            try CheckpointDirectory.convert(from: directory + "/a", to: directory + "/b", format: .msgpack)
            #expect(try CheckpointDirectory(opening: directory + "/b").manifest.replays == [.default: .omitted])
        }
        try withTemporaryDirectory { directory in
            let ppo = try PPO(environment: CartPole.self)
            try ppo.save(to: directory + "/a")
            let checkpoint = try CheckpointDirectory(opening: directory + "/a")
            #expect(try checkpoint.manifest.replays.isEmpty)
            #expect(try checkpoint.replayState(.default) == .none)
        }
    }

    @Test("A replay for a method without one is refused")
    func wrongMethod() throws {
        try withTemporaryDirectory { directory in
            let ppo = try PPO(environment: CartPole.self)
            try CheckpointDirectory.writeAlgorithm(
                to: directory + "/a", format: .native, algorithm: ppo.state,
                policies: [(.default, try #require(ppo.policy()).state)], replays: [.default: .included([:])])
            let error = try #require(throws: StateError.self) { try PPO(restoring: directory + "/a") }
            #expect(error.path == "replay/default_policy" && error.message.contains("PPO"), "\(error)")
        }
    }

    @Test("A hostile replay is refused with its place, before memory is taken for it")
    func hostile() throws {
        try withTemporaryDirectory { directory in
            let algorithm: SAC = try Self.trained(Self.sac.with { $0.replayCapacity = 1 << 30 }, iterations: 1)
            let column = StateTree.tensor(StateTensor([Float](repeating: 0, count: 4), shape: [1, 4]))
            let experiences: [StateTree] = [
                [], [:], ["lanes": 2], ["lanes": 2, "transitions": ["count": -1]],
                [
                    "lanes": 2, "windows": [:],
                    "transitions": [
                        "count": .int(1 << 30), "head": 0, "observations": column, "actions": column,
                        "rewards": column, "discounts": column, "nextObservations": column,
                    ],
                ],
            ]
            // SAC's of the first versions were the transitions alone.
            let replays = experiences + experiences.map { ["experience": $0, "priorities": nil] }
            for (index, replay) in replays.enumerated() {
                let path = directory + "/\(index)"
                try CheckpointDirectory.writeAlgorithm(
                    to: path, format: .native, algorithm: algorithm.state,
                    policies: [(.default, try #require(algorithm.policy()).state)],
                    replays: [.default: .included(replay)])
                let error = try #require(throws: StateError.self) { try SAC(restoring: path) }
                #expect(error.path.hasPrefix("replay/default_policy"), "\(error)")
            }
        }
    }

    @Test("Checkpoints with the replay in the learner's state, as the first versions wrote it, still resume")
    func earlierLayout() throws {
        try withTemporaryDirectory { directory in
            let algorithm: DQN = try Self.trained(Self.dqn)
            try Self.writeEarlierLayout(algorithm, to: directory + "/old") { learner, replay in
                guard case .map(var draws)? = learner["replay"], case .map(let parts) = replay else { return }
                for (key, value) in parts { draws[key] = value }
                learner["replay"] = .map(draws)
            }
            try Self.expectSameFuture(algorithm, try DQN(restoring: directory + "/old"), in: directory)
        }
        try withTemporaryDirectory { directory in
            let algorithm: SAC = try Self.trained(Self.sac)
            try Self.writeEarlierLayout(algorithm, to: directory + "/old") { $0["replay"] = $1 }
            try Self.expectSameFuture(algorithm, try SAC(restoring: directory + "/old"), in: directory)
        }
    }

    private static func writeEarlierLayout<Method: Learner>(
        _ algorithm: Algorithm<Method>, to path: String, _ insert: (inout StateMap, StateTree) -> Void
    ) throws {
        try algorithm.save(to: path + "-new")
        guard
            case .included(let replay) = try CheckpointDirectory(opening: path + "-new").replayState(.default),
            case .map(var learner)? = algorithm.policy()?.learnerState, var policy = algorithm.policy()
        else { throw StateError(.notFound, "no replay or no learner") }
        insert(&learner, replay)
        policy.learnerState = .map(learner)
        try CheckpointDirectory.writeAlgorithm(
            to: path, format: .native, algorithm: algorithm.state, policies: [(.default, policy.state)])
    }

    private static func expectSameFuture<Method: Learner>(
        _ first: Algorithm<Method>, _ second: Algorithm<Method>, in directory: String
    ) throws {
        for algorithm in [first, second] { _ = try algorithm.train() }
        try first.save(to: directory + "/first")
        try second.save(to: directory + "/second")
        #expect(try files(below: directory + "/first") == files(below: directory + "/second"))
    }

    @Test("Restoring some of the policies opens only their replay")
    func subset() throws {
        try withTemporaryDirectory { directory in
            let algorithm: DQN = try Self.trained(Self.dqn, policies: ["pol0", "pol1", "pol2"])
            try algorithm.save(to: directory + "/three")
            for id in ["pol0", "pol2"] {
                try FileManager.default.removeItem(atPath: directory + "/three/replay/\(id).safetensors")
            }
            let reduced = try DQN(
                restoring: directory + "/three",
                lineup: LineupChanges(policies: ["pol1"], agents: ["pol1"], mapping: .all("pol1")))
            try reduced.save(to: directory + "/one")
            let (one, three) = try (files(below: directory + "/one"), files(below: directory + "/three"))
            #expect(one.keys.filter { $0.hasPrefix("replay/") } == ["replay/pol1.safetensors"])
            #expect(one["replay/pol1.safetensors"] == three["replay/pol1.safetensors"])
            let error = try #require(throws: StateError.self) { try DQN(restoring: directory + "/three") }
            #expect(error.path.hasSuffix("replay/pol0.safetensors"), "\(error)")
        }
    }

    @Test(
        "Saving and taking a policy allocate as much for a large replay as for a small one",
        arguments: CheckpointFormat.allCases)
    func memory(format: CheckpointFormat) throws {
        guard allocation_counter_is_available() != 0 else { return }
        try withTemporaryDirectory { directory in
            let algorithm: DQN = try Self.trained(
                Self.dqn.with {
                    $0.environmentCount = 50
                    $0.stepsPerIteration = 400
                    $0.trainingInterval = 100
                    $0.replayCapacity = 40_000
                    $0.learningStarts = 1_000_000
                }, iterations: 0)
            var sizes: [Int] = []
            var allocations: [Int64] = []
            for name in ["small", "large"] {
                // 20,000 transitions of 11 floats and a priority.
                _ = try algorithm.train()
                allocation_counter_start()
                let result = Result {
                    _ = algorithm.policy()
                    try algorithm.save(to: "\(directory)/\(name)", format: format, synchronizing: false)
                }
                _ = allocation_counter_stop()
                allocations.append(allocation_counter_bytes())
                try result.get()
                let file = "\(directory)/\(name)/replay/default_policy.\(format.fileExtension)"
                sizes.append(try #require(FileManager.default.attributesOfItem(atPath: file)[.size] as? Int))
            }
            #expect(sizes[1] - sizes[0] > 1_000_000)
            #expect(allocations[1] - allocations[0] < 100_000, "\(allocations)")
        }
    }
}

/// What the tests need of an algorithm, whatever its method.
protocol SavableAlgorithm {
    func write(to path: String, format: CheckpointFormat) throws
    func train() throws -> TrainingResult
    func policyOfAny() throws -> Policy
    func restoreAnother(from path: String) throws -> any SavableAlgorithm
}

extension Algorithm: SavableAlgorithm {
    func write(to path: String, format: CheckpointFormat) throws {
        try save(to: path, format: format, synchronizing: false)
    }

    func policyOfAny() throws -> Policy { try #require(policy()) }

    func restoreAnother(from path: String) throws -> any SavableAlgorithm { try Algorithm(restoring: path) }
}
