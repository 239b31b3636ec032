import Rein
import ReinTestSupport
import Synchronization
import Testing

@Suite("Training in environments outside of the program")
struct RelayedTrainingTests {
    /// Something to train: a method with settings, in an environment.
    struct Case: Sendable, CustomTestStringConvertible {
        let method: String
        let environment: String
        let settings: StateTree

        var testDescription: String { "\(method) on \(environment)" }

        func algorithm(relayed: Bool, threads: Int = 1) throws -> AnyAlgorithm {
            let specification = try EnvironmentRegistry.specification(environment)
            return try AlgorithmKind.named(method).makeAlgorithm(
                environment: .singleAgent(
                    relayed ? RelayedEnvironments.specification(of: specification) : specification),
                settings: settings, threads: threads)
        }
    }

    static let cases = [
        Case(
            method: "ppo", environment: "CartPole-v1",
            settings: [
                "environmentCount": 13, "rolloutLength": 40, "minibatchSize": 130, "epochs": 1, "seed": 5,
                "normalizesObservations": true, "scalesRewards": true, "network": ["hidden": [8]],
            ]),
        Case(
            method: "ppo", environment: "Pendulum-v1",
            settings: [
                "environmentCount": 8, "rolloutLength": 48, "minibatchSize": 128, "epochs": 1, "seed": 2,
                "network": ["hidden": [8], "recurrent": "gru", "recurrentWidth": 4],
            ]),
        Case(
            method: "dqn", environment: "CartPole-v1",
            settings: [
                "environmentCount": 8, "seed": 1, "stepsPerIteration": 40, "learningStarts": 50, "batchSize": 16,
                "network": ["hidden": [8]],
            ]),
        Case(
            method: "sac", environment: "Pendulum-v1",
            settings: [
                "environmentCount": 1, "seed": 1, "stepsPerIteration": 40, "learningStarts": 20, "batchSize": 16,
                "network": ["hidden": [8]],
            ]),
    ]

    static func bits(_ algorithm: AnyAlgorithm, iterations: Int = 3) throws -> [StateTree] {
        for _ in 0..<iterations { _ = try algorithm.train() }
        return [
            try #require(algorithm.policy()).state, algorithm.counters.state,
            algorithm.episodes.state,
        ]
    }

    @Test("The bits are those of the same environments inside, with any number of threads", arguments: cases)
    func sameBits(_ sample: Case) throws {
        let inside = try Self.bits(sample.algorithm(relayed: false))
        for threads in [1, 2, 5] {
            #expect(try Self.bits(sample.algorithm(relayed: true, threads: threads)) == inside, "\(threads) threads")
        }
    }

    @Test("A restored run goes on with the same bits, also inside an iteration", arguments: cases, [false, true])
    func restored(_ sample: Case, inside: Bool) throws {
        let algorithm = try sample.algorithm(relayed: true)
        _ = try algorithm.train()
        if inside {
            let calls = Atomic(0)
            let result = try algorithm.train { calls.add(1, ordering: .relaxed).newValue < 3 }
            #expect((result == nil) == algorithm.isInsideIteration)
        }
        let checkpoint = try algorithm.checkpoint()
        let other = try AnyAlgorithm(restoring: checkpoint, environment: algorithm.environment)
        #expect(other.environmentNotes.isEmpty)
        #expect(try Self.bits(other, iterations: 2) == Self.bits(algorithm, iterations: 2))
    }

    @Test("Episodes that cannot go on begin anew, and that is said", arguments: cases, [false, true])
    func lost(_ sample: Case, inside: Bool) throws {
        let algorithm = try sample.algorithm(relayed: true)
        _ = try algorithm.train()
        if inside { _ = try algorithm.train { false } }
        let checkpoint = try algorithm.checkpoint()
        let environment = try RelayedEnvironments.specification(
            of: EnvironmentRegistry.specification(sample.environment)
        ) {
            var faults = RelayedEnvironments.Faults()
            faults.lostLanes = [0]
            return faults
        }
        let other = try AnyAlgorithm(restoring: checkpoint, environment: .singleAgent(environment))
        let note = try #require(other.environmentNotes.first)
        #expect(note.hasPrefix("1 of "))
        #expect(note.hasSuffix("environments begin new episodes: the relay lost them"))
        #expect(!other.isInsideIteration)
        let result = try other.train()
        #expect(result.environments?.episodesBegunAnew == 1)
        #expect(JSON.text(result.tree).contains("\"episodesBegunAnew\":1"))
        let again = try AnyAlgorithm(restoring: other.checkpoint(), environment: algorithm.environment)
        #expect(again.environmentNotes.isEmpty)
        #expect(again.environmentIncidents?.episodesBegunAnew == 1)
    }

    @Test("A step that fails ends the iteration, of which nothing is learnt, and training can go on", arguments: cases)
    func failing(_ sample: Case) throws {
        let failsNow = Atomic(false)
        let environment = try RelayedEnvironments.specification(
            of: EnvironmentRegistry.specification(sample.environment)
        ) {
            var faults = RelayedEnvironments.Faults()
            if failsNow.load(ordering: .relaxed) { faults.failingStep = (0, 60) }
            return faults
        }
        let algorithm = try AlgorithmKind.named(sample.method).makeAlgorithm(
            environment: .singleAgent(environment), settings: sample.settings, threads: 2)
        _ = try algorithm.train()
        failsNow.store(true, ordering: .relaxed)
        let before = try algorithm.checkpoint()
        var error: TrainingError?
        do {
            for _ in 0..<4 { _ = try algorithm.train() }
        } catch let thrown as TrainingError {
            error = thrown
        }
        guard case .environment(let fault) = error else {
            Issue.record("no failure: \(String(describing: error))")
            return
        }
        #expect(fault.isFailure)
        #expect("\(fault)".contains("raised ValueError: a bad day"))
        failsNow.store(false, ordering: .relaxed)
        // What was saved in between begins new episodes, which is nobody's loss.
        let restored = try AnyAlgorithm(restoring: algorithm.checkpoint(), environment: .singleAgent(environment))
        #expect(restored.environmentNotes.isEmpty)
        _ = try restored.train()
        _ = try algorithm.train()
        #expect(algorithm.counters.iterations > (try SavedCheckpoint(before.source()).algorithm().counters.iterations))
    }

    @Test("Environments that do not start fail when they are needed")
    func failingStart() throws {
        let fails = Atomic(true)
        let environment = RelayedEnvironments.specification(of: EnvironmentSpecification(CartPole.self)) {
            var faults = RelayedEnvironments.Faults()
            faults.failsToReset = fails.load(ordering: .relaxed)
            return faults
        }
        let algorithm = try PPO(environment: environment, configuration: PPO.Configuration(seed: 1))
        #expect(throws: TrainingError.self) { try algorithm.train() }
        #expect(throws: StateError.self) { try algorithm.evaluate(episodes: 2) }
        fails.store(false, ordering: .relaxed)
        #expect(try algorithm.train().counters.iterations == 1)
    }

    @Test("Evaluations give the same returns")
    func evaluation() throws {
        let inside = EnvironmentSpecification(CartPole.self)
        let policy = try #require(try PPO(environment: inside, configuration: PPO.Configuration(seed: 1)).policy())
        let relayed = RelayedEnvironments.specification(of: inside)
        #expect(
            try Evaluator(environment: relayed, seed: 3).episodes(37, of: policy)
                == Evaluator(environment: inside, seed: 3).episodes(37, of: policy))
    }

    @Test("Checkpoints say what the environment was")
    func record() throws {
        let algorithm = try Self.cases[0].algorithm(relayed: true)
        let saved = try SavedCheckpoint(algorithm.checkpoint().source()).algorithm()
        #expect(saved.environmentSettings["relays"] == 1)
        #expect(saved.environmentRecord == ["versions": ["relay": "1.0"]])
        #expect(saved.environmentIncidents == EnvironmentIncidents())
        let plain = try SavedCheckpoint(Self.cases[0].algorithm(relayed: false).checkpoint().source()).algorithm()
        #expect(plain.environmentRecord == nil && plain.environmentIncidents == nil)
    }
}
