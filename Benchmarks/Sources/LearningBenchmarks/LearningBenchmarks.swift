import Foundation
import Rein
import ReinGymnasium

/// Trains a preset with several seeds, evaluates each for 1,000 episodes with the most likely actions, and compares the
/// result with the published one. Writes a record (JSON) and learning curves (SVG) to `Benchmarks/Results`.
///
///     swift run -c release LearningBenchmarks dqn zoo/CartPole-v1 [SEEDS] [FOLDER]
///
/// Or evaluates each while it trains, too, and keeps the best policy, which then stands beside the last one:
///
///     swift run -c release LearningBenchmarks best dqn zoo/CartPole-v1 [SEEDS] [FOLDER]
///
/// Or lets discrete SAC learn games by playing against itself; the exit code is 1 where it has not:
///
///     swift run -c release LearningBenchmarks games [SEEDS]
///
/// Presets for environments of Gymnasium need an interpreter that has them: `REIN_PYTHON`.
@main
struct LearningBenchmarks {
    static func main() throws {
        EnvironmentRegistry.register(GymnasiumProvider())
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "games" {
            let seeds = arguments.count > 1 ? Int(arguments[1]) ?? 5 : 5
            let results = try SelfPlay.games.map { try SelfPlay.run($0, seeds: seeds) }
            exit(results.contains(false) ? 1 : 0)
        }
        let keepsBest = arguments.first == "best"
        if keepsBest { arguments.removeFirst() }
        guard arguments.count >= 2 else {
            print(
                "usage: LearningBenchmarks [best] METHOD PRESET [SEEDS] [FOLDER]; rein presets lists both\n"
                    + "       LearningBenchmarks games [SEEDS]")
            exit(2)
        }
        let preset = try Preset.named(arguments[1], algorithm: arguments[0])
        let seeds = arguments.count > 2 ? Int(arguments[2]) ?? 5 : 5
        let folder = arguments.count > 3 ? arguments[3] : "Results"

        var runs: [LearningRun] = []
        for seed in 1...max(1, seeds) {
            let run = try train(preset, seed: seed, keepsBest: keepsBest)
            let best =
                run.best.map { " at the end, \($0.evaluation.mean.rounded(2)) at best (step \($0.steps))," } ?? ""
            print("seed \(seed): \(run.evaluation.mean.rounded(2))\(best) after \(run.seconds.rounded(1)) s")
            fflush(nil)
            runs.append(run)
        }
        let record = LearningRecord(preset, runs)
        print(record.summary)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let name =
            "\(folder)/\(preset.algorithm.lowercased())-\(preset.name.replacing("/", with: "-"))"
            + (keepsBest ? "-best" : "")
        try (JSON.text(record.tree, pretty: true) + "\n").write(
            toFile: name + ".json", atomically: true, encoding: .utf8)
        try LearningCurves(record).svg.write(toFile: name + ".svg", atomically: true, encoding: .utf8)
        print("written: \(name).json, \(name).svg")
    }

    static func train(_ preset: Preset, seed: Int, keepsBest: Bool) throws -> LearningRun {
        switch preset.algorithm {
        case PPOLearner.algorithmName: try train(PPO.self, preset, seed: seed, keepsBest: keepsBest)
        case DQNLearner.algorithmName: try train(DQN.self, preset, seed: seed, keepsBest: keepsBest)
        case SACLearner.algorithmName: try train(SAC.self, preset, seed: seed, keepsBest: keepsBest)
        default: throw ConfigurationError(key: "preset", problem: "no benchmark knows \(preset.algorithm)")
        }
    }

    static func train<Method: Learner>(
        _: Algorithm<Method>.Type, _ preset: Preset, seed: Int, keepsBest: Bool
    ) throws -> LearningRun {
        let environment = try EnvironmentRegistry.specification(preset.environment)
        var settings = preset.settings
        if keepsBest, case .map(var map) = settings, map["stepsPerIteration"] != nil {
            map["stepsPerIteration"] = .int(Int64(BestPolicy.stepsPerIteration))
            settings = .map(map)
        }
        let configuration = try Method.Configuration(overlaying: settings).with { $0.seed = seed }
        let algorithm = try Algorithm<Method>(environment: environment, configuration: configuration)
        let start = ContinuousClock.now
        var curve: [LearningRun.Point] = []
        if keepsBest { algorithm.evaluationSchedule = BestPolicy.schedule(of: preset, in: algorithm) }
        var best = BestPolicy()
        while algorithm.counters.environmentSteps < preset.steps {
            let result = try algorithm.train()
            if let evaluation = result.evaluation { best.note(evaluation, of: algorithm) }
            guard let episodes = result.episodes else { continue }
            curve.append(.init(steps: algorithm.counters.environmentSteps, mean: episodes.returnMean))
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard let policy = algorithm.policy() else { throw StateError(.notFound, "no policy") }
        var run = LearningRun(
            seed: seed, seconds: seconds, curve: curve, evaluation: try evaluation(of: policy, in: environment))
        if let best = try best.chosen(in: environment) {
            run.best = .init(steps: best.steps, evaluation: try evaluation(of: best.policy, in: environment))
        }
        return run
    }

    /// The number of episodes in which policies are compared with others'. All seeds see the same ones, so that few would
    /// shift all means alike.
    static let evaluationEpisodes = 1_000

    /// What a policy comes to in episodes that no training and no other evaluation has seen.
    static func evaluation(
        of policy: Policy, in environment: EnvironmentSpecification
    ) throws -> LearningRun.Evaluation {
        let episodes = try Evaluator(environment: environment, seed: 10_000).episodes(evaluationEpisodes, of: policy)
        guard let summary = EpisodeSummary(episodes) else { throw StateError(.notFound, "no episodes") }
        return .init(mean: summary.returnMean, deviation: summary.returnDeviation)
    }
}
