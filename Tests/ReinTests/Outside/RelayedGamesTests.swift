import ReinTestSupport
import Synchronization
import Testing

@testable import Rein

@Suite("Training several agents in environments outside of the program")
struct RelayedGamesTests {
    @Test(
        "The bits are those of the same environments inside, with any number of threads", arguments: RelayedGame.cases)
    func sameBits(_ sample: RelayedGame) throws {
        let inside = try RelayedGame.bits(sample.algorithm(relayed: false))
        for threads in [1, 2, 5] {
            let areEqual = try RelayedGame.bits(sample.algorithm(threads: threads)) == inside
            #expect(areEqual, "\(threads) threads")
        }
    }

    @Test(
        "A restored run goes on with the same bits, also inside an iteration", arguments: RelayedGame.cases,
        [0, 1, 2, 7])
    func restored(_ sample: RelayedGame, parts: Int) throws {
        let algorithm = try sample.algorithm(threads: 2)
        _ = try algorithm.train()
        if parts > 0 {
            let calls = Atomic(0)
            let result = try algorithm.train { calls.add(1, ordering: .relaxed).newValue < parts }
            // The first question comes before the first step.
            #expect(algorithm.isInsideIteration == (result == nil && parts > 1))
        }
        let other = try AnyAlgorithm(restoring: algorithm.checkpoint(), environment: algorithm.environment)
        #expect(other.environmentNotes.isEmpty)
        #expect(other.isInsideIteration == algorithm.isInsideIteration)
        let areEqual = try RelayedGame.bits(other, iterations: 2) == RelayedGame.bits(algorithm, iterations: 2)
        #expect(areEqual)
    }

    @Test(
        "A run that is restored before its first step, or after a failure, goes on as it would have",
        arguments: RelayedGame.cases)
    func restoredAtTheStart(_ sample: RelayedGame) throws {
        let fails = Atomic(true)
        let algorithm = try sample.algorithm {
            var faults = RelayedEnvironments.Faults()
            if fails.load(ordering: .relaxed) { faults.failingStep = (0, 60) }
            return faults
        }
        for isFailed in [false, true] {
            if isFailed {
                #expect(throws: TrainingError.self) { for _ in 0..<4 { _ = try algorithm.train() } }
                fails.store(false, ordering: .relaxed)
            }
            let other = try AnyAlgorithm(
                restoring: algorithm.checkpoint(), environment: sample.algorithm().environment)
            #expect(other.environmentNotes.isEmpty)
            guard isFailed else {
                let areEqual = try RelayedGame.bits(other) == RelayedGame.bits(sample.algorithm())
                #expect(areEqual)
                continue
            }
            let areEqual = try RelayedGame.bits(other) == RelayedGame.bits(algorithm)
            #expect(areEqual)
        }
    }

    @Test("Episodes that cannot go on begin anew, and that is said", arguments: RelayedGame.cases, [0, 1, 2, 7])
    func lost(_ sample: RelayedGame, parts: Int) throws {
        let algorithm = try sample.algorithm()
        _ = try algorithm.train()
        let calls = Atomic(0)
        if parts > 0 { _ = try algorithm.train { calls.add(1, ordering: .relaxed).newValue < parts } }
        let losing = try sample.algorithm {
            var faults = RelayedEnvironments.Faults()
            faults.lostLanes = [0, 4]
            return faults
        }
        let other = try AnyAlgorithm(restoring: algorithm.checkpoint(), environment: losing.environment)
        let note = try #require(other.environmentNotes.first)
        #expect(note.hasPrefix("2 of "))
        #expect(note.hasSuffix("environments begin new episodes: the relay lost them"))
        #expect(!other.isInsideIteration)
        let result = try other.train()
        #expect(result.environments?.episodesBegunAnew == 2)
        let again = try AnyAlgorithm(restoring: other.checkpoint(), environment: algorithm.environment)
        #expect(again.environmentNotes.isEmpty)
        #expect(again.environmentIncidents?.episodesBegunAnew == 2)
        let areEqual = try RelayedGame.bits(again, iterations: 2) == RelayedGame.bits(other, iterations: 2)
        #expect(areEqual)
    }

    @Test("Steps before an episode that was lost are no part of the transitions after it")
    func lostWindows() throws {
        func game(losing lanes: [Int]) -> MultiAgentSpecification {
            RelayedGames.specification(of: MultiAgentSpecification(Relay.self)) {
                var faults = RelayedEnvironments.Faults()
                faults.lostLanes = lanes
                return faults
            }
        }
        func windows(_ algorithm: DQN) throws -> [StateTree] {
            try algorithm.players.map { player in
                guard case .included(let replay) = try #require(player.learner).replayState else { return .null }
                return try StateReader(replay).child("experience").child("windows").tree
            }
        }
        let algorithm = try DQN(
            environment: game(losing: []), configuration: MultiAgentTrainingTests.dqn)
        let empty = try windows(algorithm)
        _ = try algorithm.train()
        try withTemporaryDirectory { directory in
            try algorithm.save(to: directory + "/run", synchronizing: false)
            let kept = try DQN(restoring: directory + "/run", environment: game(losing: []))
            let isKept = try windows(kept) == windows(algorithm) && windows(kept) != empty
            #expect(isKept)
            let lost = try DQN(restoring: directory + "/run", environment: game(losing: [2]))
            let isEmpty = try windows(lost) == empty
            #expect(isEmpty)
        }
    }

    @Test(
        "A step that fails ends the iteration, of which nothing is learnt, and training can go on",
        arguments: RelayedGame.cases)
    func failing(_ sample: RelayedGame) throws {
        let failsNow = Atomic(false)
        let algorithm = try sample.algorithm(threads: 2) {
            var faults = RelayedEnvironments.Faults()
            if failsNow.load(ordering: .relaxed) { faults.failingStep = (0, 60) }
            return faults
        }
        _ = try algorithm.train()
        failsNow.store(true, ordering: .relaxed)
        let before = algorithm.counters
        let error = #expect(throws: TrainingError.self) { for _ in 0..<4 { _ = try algorithm.train() } }
        guard case .environment(let fault) = error else {
            Issue.record("no failure: \(String(describing: error))")
            return
        }
        #expect(fault.isFailure)
        #expect("\(fault)".contains("raised ValueError: a bad day"))
        failsNow.store(false, ordering: .relaxed)
        _ = try algorithm.train()
        #expect(algorithm.counters.iterations > before.iterations)
    }

    @Test("Environments that do not start fail when they are needed")
    func failingStart() throws {
        let fails = Atomic(true)
        let algorithm = try RelayedGame.cases[0].algorithm {
            var faults = RelayedEnvironments.Faults()
            faults.failsToReset = fails.load(ordering: .relaxed)
            return faults
        }
        #expect(throws: TrainingError.self) { try algorithm.train() }
        #expect(throws: StateError.self) { try algorithm.evaluate(episodes: 2) }
        fails.store(false, ordering: .relaxed)
        #expect(try algorithm.train().counters.iterations == 1)
    }

    @Test("Evaluations give the same returns", arguments: RelayedGame.cases)
    func evaluation(_ sample: RelayedGame) throws {
        let inside = try sample.algorithm(relayed: false)
        let relayed = try sample.algorithm()
        #expect(try relayed.evaluate(episodes: 37) == inside.evaluate(episodes: 37))
    }

    @Test("Checkpoints say what the environment was")
    func record() throws {
        let saved = try SavedCheckpoint(RelayedGame.cases[0].algorithm().checkpoint().source()).algorithm()
        #expect(saved.environmentSettings["relays"] == 1)
        #expect(saved.environmentRecord == ["versions": ["relay": "1.0"]])
        #expect(saved.environmentIncidents == EnvironmentIncidents())
    }
}
