import Rein
import ReinTestSupport
import Testing

@Suite("Evaluation while training")
struct EvaluationWhileTrainingTests {
    /// An algorithm, and how one goes on from a checkpoint.
    enum Case: String, CaseIterable, Sendable {
        case ppo, dqn, sac, game

        func make() throws -> AnyAlgorithm {
            switch self {
            case .ppo: AnyAlgorithm(try CheckpointTests.algorithm())
            case .dqn: AnyAlgorithm(try DQN(environment: CartPole.self, configuration: Interrupted.dqnSettings))
            case .sac: AnyAlgorithm(try SAC(environment: Pendulum.self, configuration: Interrupted.sacSettings))
            case .game:
                AnyAlgorithm(
                    try MultiAgentTrainingTests.algorithm(PPOLearner.self, MultiAgentTrainingTests.ppo))
            }
        }

        func restored(from path: String) throws -> AnyAlgorithm {
            try AnyAlgorithm(
                restoring: path, environment: self == .game ? .multiAgent(MultiAgentSpecification(TicTacToe.self)) : nil
            )
        }
    }

    @Test("Training has the same bits with evaluations and without, also across a resumption", arguments: Case.allCases)
    func sameBits(_ method: Case) throws {
        try withTemporaryDirectory { directory in
            let (plain, evaluated) = (try method.make(), try method.make())
            evaluated.evaluationSchedule = EvaluationSchedule(every: 1, episodes: 3)
            for _ in 0..<2 {
                #expect(try plain.train().evaluation == nil)
                #expect(try evaluated.train().evaluation != nil)
            }
            try plain.save(to: directory + "/a", synchronizing: false)
            try evaluated.save(to: directory + "/b", synchronizing: false)
            #expect(try files(below: directory + "/a") == files(below: directory + "/b"))
            let resumed = try method.restored(from: directory + "/b")
            #expect(resumed.evaluationSchedule == nil)
            resumed.evaluationSchedule = EvaluationSchedule(every: 1, episodes: 2)
            for algorithm in [plain, resumed] { for _ in 0..<2 { _ = try algorithm.train() } }
            try plain.save(to: directory + "/c", synchronizing: false)
            try resumed.save(to: directory + "/d", synchronizing: false)
            #expect(try files(below: directory + "/c") == files(below: directory + "/d"))
        }
    }

    @Test("Evaluations come after every so many iterations, and are the same in a run that was resumed")
    func sameEvaluations() throws {
        try withTemporaryDirectory { directory in
            func train(_ algorithm: PPO, _ iterations: Int) throws -> [Int: TrainingEvaluation] {
                var evaluations: [Int: TrainingEvaluation] = [:]
                for _ in 0..<iterations {
                    let result = try algorithm.train()
                    evaluations[result.counters.iterations] = result.evaluation
                }
                return evaluations
            }
            let (whole, first) = (try CheckpointTests.algorithm(), try CheckpointTests.algorithm())
            whole.evaluationSchedule = EvaluationSchedule(every: 2)
            let evaluations = try train(whole, 6)
            #expect(evaluations.keys.sorted() == [2, 4, 6])
            #expect(Set(evaluations.values.map(\.seed)).count == 3)
            _ = try train(first, 3)
            try first.save(to: directory + "/half", synchronizing: false)
            let second = try PPO(restoring: directory + "/half")
            second.evaluationSchedule = EvaluationSchedule(every: 2)
            let others = try train(second, 3)
            #expect(others.keys.sorted() == [4, 6])
            for (iteration, other) in others {
                #expect(other.result == evaluations[iteration]?.result && other.seed == evaluations[iteration]?.seed)
            }
            let last = try #require(evaluations[6])
            #expect(try last.result == whole.evaluate(episodes: 10, seed: last.seed))
            #expect(last.summary == last.result.summary && last.summary.count == 10)
        }
    }

    @Test("The result tells of it beside its own timers; with several agents, of each policy and agent")
    func asData() throws {
        let keys = [
            "episodes", "seed", "returnMean", "returnDeviation", "returnMinimum", "returnMaximum", "lengthMean",
        ]
        let solo = try CheckpointTests.algorithm()
        solo.evaluationSchedule = EvaluationSchedule(every: 2, episodes: 4)
        #expect(try StateReader(solo.train().tree).optionalChild("evaluation") == nil)
        let evaluation = try StateReader(solo.train().tree).child("evaluation")
        #expect(try evaluation.map().map(\.0) == keys + ["seconds"])
        #expect(try evaluation.int("episodes") == 4)

        let game = try Case.game.make()
        game.evaluationSchedule = EvaluationSchedule(every: 1, episodes: 40)
        let result = try game.train()
        let played = try #require(result.evaluation)
        let tree = try StateReader(result.tree).child("evaluation")
        #expect(try tree.map().map(\.0) == keys + ["policies", "agents", "seconds"])
        #expect(try tree.child("policies").map().map(\.0).sorted() == ["main", "old", "spare"])
        for (agent, mean) in try tree.child("agents").map() {
            let episodes = played.result.parts(as: AgentID(agent))
            #expect(try mean.double("returnMean") == EpisodeSummary(episodes)?.returnMean)
        }
        #expect(result.description.contains("; evaluation "))
    }

    @Test("Without time there is no evaluation, and it can be made up for", arguments: Case.allCases)
    func noTime(_ method: Case) throws {
        let (algorithm, twin) = (try method.make(), try method.make())
        let schedule = EvaluationSchedule(every: 1, episodes: 3)
        twin.evaluationSchedule = schedule
        _ = try algorithm.train()
        #expect(try algorithm.evaluate(by: schedule, while: { false }) == nil)
        var count = 0
        let stopped = try algorithm.evaluate(by: schedule) {
            count += 1
            return count < 3
        }
        #expect(stopped == nil && count == 3)
        #expect(try algorithm.evaluate(by: schedule)?.result == twin.train().evaluation?.result)
    }
}
