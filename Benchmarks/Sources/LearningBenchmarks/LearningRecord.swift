import Rein

/// One seed's training and evaluation.
struct LearningRun {
    /// The mean return of the last 100 training episodes at a step.
    struct Point {
        var steps: Int
        var mean: Double
    }

    /// The returns of 100 episodes.
    struct Evaluation {
        var mean: Double
        var deviation: Double
    }

    /// The policy with the best evaluation while training.
    struct Best {
        var steps: Int
        var evaluation: Evaluation
    }

    var seed: Int
    var seconds: Double
    var curve: [Point]
    /// Of the last policy.
    var evaluation: Evaluation
    /// Nil where nothing was evaluated while training.
    var best: Best?
}

/// What a preset's seeds come to.
struct LearningRecord {
    let preset: Preset
    let runs: [LearningRun]

    init(_ preset: Preset, _ runs: [LearningRun]) {
        self.preset = preset
        self.runs = runs
    }

    /// The seeds' evaluation means.
    var means: [Double] { runs.map(\.evaluation.mean) }

    /// The seeds' evaluation means of the best policies; empty where none were kept.
    var bestMeans: [Double] { runs.compactMap(\.best?.evaluation.mean) }

    var summary: String {
        let interval = Statistics.bootstrapInterval(means, of: Statistics.mean)
        var text =
            "\(preset.algorithm) \(preset.name), \(runs.count) seeds, \(preset.steps) steps: "
            + "mean \(Statistics.mean(means).rounded(2)) "
            + "[\(interval.lowerBound.rounded(2))..\(interval.upperBound.rounded(2))], "
            + "interquartile mean \(Statistics.interquartileMean(means).rounded(2))"
        if !bestMeans.isEmpty {
            let interval = Statistics.bootstrapInterval(bestMeans, of: Statistics.mean)
            text +=
                "; best policies: mean \(Statistics.mean(bestMeans).rounded(2)) "
                + "[\(interval.lowerBound.rounded(2))..\(interval.upperBound.rounded(2))]"
        }
        if let reference = preset.reference {
            let deviation = reference.deviation.map { " ± \($0)" } ?? ""
            text += "; published: \(reference.mean)\(deviation) (\(reference.source))"
        }
        return text
    }

    /// The record as data.
    var tree: StateTree {
        let mean = Statistics.bootstrapInterval(means, of: Statistics.mean)
        let middle = Statistics.bootstrapInterval(means, of: Statistics.interquartileMean)
        var map: StateMap = [
            "preset": .string(preset.name),
            "algorithm": .string(preset.algorithm),
            "environment": .string(preset.environment),
            "steps": .int(Int64(preset.steps)),
            "evaluationEpisodes": .int(Int64(LearningBenchmarks.evaluationEpisodes)),
            "mean": .double(Statistics.mean(means)),
            "meanInterval95": [.double(mean.lowerBound), .double(mean.upperBound)],
            "interquartileMean": .double(Statistics.interquartileMean(means)),
            "interquartileMeanInterval95": [.double(middle.lowerBound), .double(middle.upperBound)],
            "reference": preset.reference.map { reference in
                [
                    "mean": .double(reference.mean),
                    "deviation": reference.deviation.map { .double($0) } ?? .null,
                    "source": .string(reference.source),
                ]
            } ?? .null,
            "configuration": preset.settings,
        ]
        if !bestMeans.isEmpty {
            let interval = Statistics.bootstrapInterval(bestMeans, of: Statistics.mean)
            map["bestMean"] = .double(Statistics.mean(bestMeans))
            map["bestMeanInterval95"] = [.double(interval.lowerBound), .double(interval.upperBound)]
            map["evaluationsWhileTraining"] = .int(Int64(BestPolicy.evaluations))
            map["evaluationEpisodesWhileTraining"] = .int(Int64(BestPolicy.episodes))
            map["comparedPolicies"] = .int(Int64(BestPolicy.kept))
            map["comparedEpisodes"] = .int(Int64(BestPolicy.comparedEpisodes))
        }
        map["runs"] = .list(
            runs.map { run in
                var map: StateMap = [
                    "seed": .int(Int64(run.seed)),
                    "returnMean": .double(run.evaluation.mean),
                    "returnDeviation": .double(run.evaluation.deviation),
                    "seconds": .double(run.seconds.rounded(2)),
                    "curve": .list(
                        thinned(run.curve).map { [.int(Int64($0.steps)), .double($0.mean.rounded(2))] }),
                ]
                if let best = run.best {
                    map["bestReturnMean"] = .double(best.evaluation.mean)
                    map["bestReturnDeviation"] = .double(best.evaluation.deviation)
                    map["bestSteps"] = .int(Int64(best.steps))
                }
                return .map(map)
            })
        return .map(map)
    }

    /// At most 100 points, the last one among them.
    private func thinned(_ curve: [LearningRun.Point]) -> [LearningRun.Point] {
        let step = max(1, (curve.count + 99) / 100)
        return curve.indices.filter { ($0 + 1) % step == 0 || $0 == curve.count - 1 }.map { curve[$0] }
    }
}
