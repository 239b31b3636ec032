import ReinTestSupport
import Testing

@testable import Rein

/// Saves to memory and to a directory at the same time.
struct SavedTwice: UnfinishedIterationCheck {
    func run<Method: Learner>(
        _ make: () throws -> Algorithm<Method>, environment: TrainingEnvironment?, threads: Int
    ) throws {
        let algorithm = try make()
        _ = try algorithm.train()
        let checkpoint = try algorithm.checkpoint()
        let twin = try make()
        _ = try twin.train()
        try withTemporaryDirectory { directory in
            try twin.save(to: directory + "/a", synchronizing: false)
            let saved = DirectorySource(try CheckpointDirectory(opening: directory + "/a"))
            // Training goes on, in place, before the checkpoint is looked at.
            let reports = try (0..<2).map { _ in report(try algorithm.train()) }
            #expect(try checkpoint.policyIDs == saved.manifest.policyIDs && checkpoint.kind == .algorithm)
            let isSame = try checkpoint.algorithmState() == saved.algorithmState()
            #expect(isSame)
            for id in try checkpoint.policyIDs {
                let isSame = try checkpoint.policyState(id) == saved.policyState(id)
                let hasSameReplay = try checkpoint.replayState(id) == saved.replayState(id)
                #expect(isSame && hasSameReplay, "\(id)")
            }
            let restored = try Algorithm<Method>(restoring: checkpoint, environment: environment, threads: threads)
            let again = try (0..<2).map { _ in report(try restored.train()) }
            #expect(again == reports)
            let endsAlike = try files(restored) == files(algorithm)
            #expect(endsAlike)
            try requireSameFaces(checkpoint, in: directory)
            let sent = try Algorithm<Method>(
                restoring: Checkpoint(bytes: checkpoint.bytes()), environment: environment, threads: threads)
            let sentReports = try (0..<2).map { _ in report(try sent.train()) }
            #expect(sentReports == reports)
        }
    }
}

/// Turns an algorithm's checkpoint into each of its faces and back.
private func requireSameFaces(_ checkpoint: Checkpoint, in directory: String) throws {
    let dictionary = try checkpoint.dictionary()
    #expect(dictionary.keys.prefix(2) == ["algorithm_state", "policies"])
    try checkpoint.write(to: directory + "/faces", synchronizing: false)
    #expect(try CheckpointDirectory(opening: directory + "/faces").verify() == .complete)
    for other in [
        try Checkpoint(dictionary: dictionary), try Checkpoint(bytes: checkpoint.bytes()),
        try Checkpoint(directory: directory + "/faces"),
    ] {
        let isSame = try other.dictionary() == dictionary && other == checkpoint
        #expect(isSame)
    }
}

@Suite("Checkpoints in memory")
struct MemoryCheckpointTests {
    @Test(
        "They hold what a directory would, whatever is trained afterwards, and go on alike",
        arguments: Interrupted.allCases)
    func sameAsDirectory(kind: Interrupted) throws { try kind.check(threads: 1, SavedTwice()) }

    private static func lineup() throws -> Lineup {
        try Lineup(
            policies: ["main", "old"], mapping: ["player_1": "main", "*": "old"], policiesToTrain: ["main"])
    }

    /// Where the numbers of each tensor of a policy lie.
    private func addresses(_ tree: StateTree) -> [UnsafeRawPointer?] {
        switch tree {
        case .tensor(let tensor): [tensor.withUnsafeBytes { $0.baseAddress }]
        case .map(let map): map.entries.flatMap { addresses($0.value) }
        case .list(let list): list.flatMap(addresses)
        default: []
        }
    }

    @Test("What does not change is shared by all of them, and what changes is copied once")
    func sharing() throws {
        let algorithm = try PPO(
            environment: TicTacToe.self, configuration: MultiAgentTrainingTests.ppo, lineup: Self.lineup())
        let first = try algorithm.checkpoint()
        let second = try algorithm.checkpoint()
        for id in try first.policyIDs {
            let network = try StateReader(first.policyState(id)).child("network").child("parameters").tree
            let same = try StateReader(second.policyState(id)).child("network").child("parameters").tree
            #expect(addresses(network) == addresses(same) && !addresses(network).isEmpty)
        }
        _ = try algorithm.train()
        let third = try algorithm.checkpoint()
        for (id, changes) in [("main" as PolicyID, true), ("old", false)] {
            let network = try StateReader(first.policyState(id)).child("network").child("parameters").tree
            let later = try StateReader(third.policyState(id)).child("network").child("parameters").tree
            #expect((addresses(network) != addresses(later)) == changes)
            #expect((network != later) == changes)
        }
    }

    @Test("restore(from:) takes one over, and leaves the algorithm alone when it cannot")
    func restore() throws {
        let algorithm = try CheckpointTests.algorithm()
        let checkpoint = try algorithm.checkpoint()
        let before = algorithm.state
        _ = try algorithm.train()
        let after = algorithm.state
        #expect(after != before)
        try algorithm.restore(from: checkpoint)
        #expect(algorithm.state == before)
        let dqn = try DQN(environment: CartPole.self, configuration: Interrupted.dqnSettings)
        let dqnState = dqn.state
        let error = #expect(throws: StateError.self) { try dqn.restore(from: checkpoint) }
        #expect(error?.description.contains("a checkpoint of PPO cannot be restored as DQN") == true)
        #expect(dqn.state == dqnState)
        let alone = Checkpoint(policy: try #require(algorithm.policy()).state)
        #expect(throws: StateError.self) { try algorithm.restore(from: alone) }
    }

    @Test("Some policies come back alone, and unknown ones are an error that lists those there are")
    func somePolicies() throws {
        let algorithm = try PPO(
            environment: TicTacToe.self, configuration: MultiAgentTrainingTests.ppo, lineup: Self.lineup())
        let checkpoint = try algorithm.checkpoint()
        let one = try PPO(restoring: checkpoint, lineup: LineupChanges(policies: ["main"], mapping: .all("main")))
        #expect(one.policyIDs == ["main"] && one.policy("main") == algorithm.policy("main"))
        let error = #expect(throws: StateError.self) { try checkpoint.policyState("mian") }
        #expect(error?.code == .unknownPolicy && error?.message.contains("\"main\"") == true)
        let unsaid = #expect(throws: StateError.self) { try checkpoint.policyState() }
        #expect(unsaid?.message.contains("main, old") == true)
        #expect(throws: StateError.self) {
            try Checkpoint(algorithm: [:], policies: [("a", 1), ("A", 2)])
        }
        #expect(throws: StateError.self) {
            try Checkpoint(algorithm: [:], policies: [("a", 1)], replays: ["b": .omitted])
        }
    }

    @Test("A mapping of the program's is an error unless it may be left out; then one has to be given")
    func customMapping() throws {
        let mapping: PolicyMapping = ["*": .chosen(among: ["main", "old"]) { _ in "main" }]
        let algorithm = try PPO(
            environment: TicTacToe.self, configuration: MultiAgentTrainingTests.ppo,
            lineup: Lineup(policies: ["main", "old"], mapping: mapping))
        #expect(throws: StateError.self) { try algorithm.checkpoint() }
        let checkpoint = try algorithm.checkpoint(leavingOutCustomMappings: true)
        let error = #expect(throws: StateError.self) { try PPO(restoring: checkpoint) }
        #expect(error?.path == "mapping" && error?.code == .missingKey)
        let given = try PPO(restoring: checkpoint, lineup: LineupChanges(mapping: .all("old")))
        #expect(given.mapping == .all("old"))
        _ = try algorithm.train()
        try algorithm.restore(from: checkpoint)
        #expect(algorithm.mapping == mapping && algorithm.counters.iterations == 0)
    }
}
