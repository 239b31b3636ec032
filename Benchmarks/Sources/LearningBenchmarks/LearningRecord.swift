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

    var seed: Int
    var seconds: Double
    var curve: [Point]
    var evaluation: Evaluation
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

    var summary: String {
        let interval = Statistics.bootstrapInterval(means, of: Statistics.mean)
        var text =
            "\(preset.algorithm) \(preset.name), \(runs.count) seeds, \(preset.steps) steps: "
            + "mean \(Statistics.mean(means).rounded(2)) "
            + "[\(interval.lowerBound.rounded(2))..\(interval.upperBound.rounded(2))], "
            + "interquartile mean \(Statistics.interquartileMean(means).rounded(2))"
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
        return [
            "preset": .string(preset.name),
            "algorithm": .string(preset.algorithm),
            "environment": .string(preset.environment),
            "steps": .int(Int64(preset.steps)),
            "evaluationEpisodes": 100,
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
            "runs": .list(
                runs.map { run in
                    [
                        "seed": .int(Int64(run.seed)),
                        "returnMean": .double(run.evaluation.mean),
                        "returnDeviation": .double(run.evaluation.deviation),
                        "seconds": .double(run.seconds.rounded(2)),
                        "curve": .list(
                            thinned(run.curve).map { [.int(Int64($0.steps)), .double($0.mean.rounded(2))] }),
                    ]
                }),
        ]
    }

    /// At most 100 points, the last one among them.
    private func thinned(_ curve: [LearningRun.Point]) -> [LearningRun.Point] {
        let step = max(1, (curve.count + 99) / 100)
        return curve.indices.filter { ($0 + 1) % step == 0 || $0 == curve.count - 1 }.map { curve[$0] }
    }
}
