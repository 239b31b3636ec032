import Synchronization
import Testing

@testable import Rein

@Suite("Learners are values")
struct LearnerValueTests {
    /// Trains a copy between iterations and inside one: the original stays as it was, and goes on as the copy did.
    private static func checkCopies<Method: Learner>(_ first: Trainee<Method>, rollouts: Int) throws {
        var original = first
        try original.train(rollouts)
        let before = original.states
        var copy = try original.twin()
        try copy.train(3)
        #expect(original.states == before)
        #expect(copy.states != before)
        try original.train(3)
        #expect(original.states == copy.states)

        let rollout = try original.collect()
        let isDone = original.learn(from: rollout, limit: 2)
        #expect(!isDone, "there must be more than two steps")
        let inside = original.states
        copy = original
        let copyIsDone = copy.learn(from: rollout)
        #expect(copyIsDone && original.states == inside)
        let originalIsDone = original.learn(from: rollout)
        #expect(originalIsDone)
        #expect(original.states == copy.states)
    }

    /// Trains copies at the same time, which must be as one alone.
    private static func checkTogether<Method: Learner>(_ first: Trainee<Method>, rollouts: Int) throws {
        var original = first
        try original.train(rollouts)
        let copies = try (0..<4).map { _ in try original.twin() }
        try original.train(3)
        let states = Mutex([[StateTree]]())
        try WorkerPool(threads: 4).run(shards: copies.count) { index in
            var copy = copies[index]
            try? copy.train(3)
            states.withLock { $0.append(copy.states) }
        }
        #expect(states.withLock { $0 } == Array(repeating: original.states, count: 4))
    }

    @Test("A copy of PPO's learner learns without a trace in the original, and at the same time as others")
    func ppo() throws {
        try Self.checkCopies(Trainees.ppo(), rollouts: 2)
        try Self.checkCopies(Trainees.recurrent(), rollouts: 1)
        try Self.checkTogether(Trainees.ppo(), rollouts: 1)
    }

    @Test("A copy of DQN's learner learns without a trace in the original, and at the same time as others")
    func dqn() throws {
        // Full replays, and some that still grow.
        for rollouts in [4, 40] { try Self.checkCopies(Trainees.dqn(), rollouts: rollouts) }
        try Self.checkTogether(Trainees.dqn(), rollouts: 6)
    }

    @Test("A copy of SAC's learner learns without a trace in the original, and at the same time as others")
    func sac() throws {
        for rollouts in [4, 20] { try Self.checkCopies(Trainees.sac(), rollouts: rollouts) }
        try Self.checkTogether(Trainees.sac(), rollouts: 6)
    }

    @Test("A copied replay is shared until one of both adds to it")
    func sharedReplay() throws {
        var replay = ExperienceReplay(
            for: try Trainees.sac().policy, lanes: 2, capacity: 100, stepCount: 3, discount: 0.9)
        let copy = replay
        #expect(copy.buffer === replay.buffer)
        var trainee = try Trainees.sac()
        replay.append(try trainee.collect().batch)
        #expect(copy.buffer !== replay.buffer && copy.buffer.count == 0)
        let own = replay.buffer
        replay.append(try trainee.collect().batch)
        _ = own  // A second owner until here.
        #expect(replay.buffer !== own)
        var buffer = ObjectIdentifier(replay.buffer)
        for _ in 0..<3 {
            replay.append(try trainee.collect().batch)
            #expect(ObjectIdentifier(replay.buffer) == buffer, "nobody shares it")
            buffer = ObjectIdentifier(replay.buffer)
        }
    }

    // MARK: Damage

    /// Trees with a leaf of another type.
    private static func falsified(_ tree: StateTree, at path: String = "") -> [(path: String, tree: StateTree)] {
        switch tree {
        case .map(let map):
            return map.entries.flatMap { key, value in
                falsified(value, at: "\(path)/\(key)").map { place, changed in
                    var other = map
                    other[key] = changed
                    return (place, .map(other))
                }
            }
        case .list(let list):
            return list.indices.flatMap { index in
                falsified(list[index], at: "\(path)/\(index)").map { place, changed in
                    var other = list
                    other[index] = changed
                    return (place, .list(other))
                }
            }
        case .string: return [("\(path) = 3", 3)]
        default: return [("\(path) = text", "text")]
        }
    }

    /// Restores every damaged form of a tree: an error leaves the learner as it was, and none of the wrong types is
    /// taken.
    private static func checkDamage<Method: Learner>(
        _ trainee: Trainee<Method>, _ tree: StateTree, optional: Set<String> = [],
        _ restore: (inout Method, StateTree) throws -> Void
    ) throws {
        var trainee = trainee
        let before = trainee.states
        var refused = 0
        let wrongTypes = falsified(tree)
        for (place, damaged) in wrongTypes {
            #expect(throws: StateError.self, "\(place)") { try restore(&trainee.learner, damaged) }
            #expect(trainee.states == before, "\(place)")
        }
        for (place, damaged) in UnfinishedDamageTests.damaged(tree) {
            var other = trainee
            do {
                try restore(&other.learner, damaged)
                let isMissing = place.hasSuffix(" missing") && !optional.contains { place.hasSuffix("\($0) missing") }
                #expect(!isMissing, "\(place)")
            } catch {
                refused += 1
                #expect(other.states == before, "\(place)")
            }
        }
        #expect(wrongTypes.count > 2 && refused > wrongTypes.count / 2)
        try restore(&trainee.learner, tree)
    }

    /// Damages what is saved of a learner inside an iteration.
    private static func checkDamage<Method: Learner>(_ first: Trainee<Method>, rollouts: Int) throws {
        var trainee = first
        try trainee.train(rollouts)
        let rollout = try trainee.collect()
        let isDone = trainee.learn(from: rollout, limit: 2)
        #expect(!isDone, "there must be more than two steps")
        // A random stream may have a normal number in store.
        let optional: Set = ["learningRateFactor", "cachedNormal"]
        try checkDamage(trainee, trainee.learner.state, optional: optional) { learner, tree in
            try learner.restore(from: tree)
        }
        try checkDamage(trainee, trainee.learner.unfinishedState, optional: ["updates", "progress"]) { learner, tree in
            try learner.restoreUnfinished(from: tree, batch: rollout.batch)
        }
        guard case .included(let replay) = trainee.learner.replayState else { return }
        try checkDamage(trainee, replay) { learner, tree in try learner.restoreReplay(from: tree) }
    }

    @Test("What does not restore changes nothing in PPO's learner")
    func ppoDamage() throws {
        try Self.checkDamage(Trainees.ppo(), rollouts: 1)
        try Self.checkDamage(Trainees.recurrent(), rollouts: 1)
    }

    @Test("What does not restore changes nothing in DQN's learner")
    func dqnDamage() throws { try Self.checkDamage(Trainees.dqn(), rollouts: 6) }

    @Test("What does not restore changes nothing in SAC's learner")
    func sacDamage() throws { try Self.checkDamage(Trainees.sac(), rollouts: 6) }
}
