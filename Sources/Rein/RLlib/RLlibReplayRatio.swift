import ReinCheckpoints

/// How steps and gradient steps alternate in methods with a replay buffer: RLlib's rounds of sampling and training.
///
/// A round samples `rollout_fragment_length` steps of each environment of each worker, at least `n_step`, and takes
/// gradient steps according to `training_intensity`, the number of rows learnt from for each step.
struct RLlibReplayRatio {
    /// The number of environments.
    var environmentCount: Int
    /// The number of steps of an environment between gradient steps.
    var trainingInterval: Int
    /// The number of gradient steps at a time.
    var updatesPerInterval = 1

    init(environmentCount: Int, trainingInterval: Int, updatesPerInterval: Int) {
        self.environmentCount = environmentCount
        self.trainingInterval = trainingInterval
        self.updatesPerInterval = updatesPerInterval
    }

    /// Reads the settings; the workers' environments are all in one process here.
    ///
    /// - Throws: `StateError` for numbers that no run has.
    init(_ settings: RLlibSettings, batchSize: Int, stepCount: Int) throws(StateError) {
        environmentCount = try settings.environmentCount()
        switch settings.reader.optionalChild("rollout_fragment_length")?.tree {
        case nil, .string("auto"): trainingInterval = stepCount
        default:
            trainingInterval = try settings.int("rollout_fragment_length", default: 1, in: 1...1 << 20)
        }
        guard let intensity = try settings.number("training_intensity"), intensity != 0 else { return }
        let workers = try settings.int("num_workers", default: 0, in: 0...1 << 20)
        let environments = try settings.int("num_envs_per_worker", default: 1, in: 1...1 << 20)
        // RLlib counts the local worker in, although it samples only when there is no other.
        let native = Double(batchSize) / Double(trainingInterval * environments) / Double(workers + 1)
        let weight = intensity / native
        let rounds = weight < 1 ? (1 / weight).rounded(.toNearestOrEven) : weight.rounded(.toNearestOrEven)
        guard weight > 0, rounds <= Double(1 << 20) / Double(weight < 1 ? trainingInterval : 1) else {
            throw try settings.reader.child("training_intensity").error(
                .outOfRange, "\(weight) gradient steps for each round of sampling")
        }
        if weight < 1 { trainingInterval *= Int(rounds) } else { updatesPerInterval = Int(rounds) }
    }

    /// The settings in RLlib's words.
    func words(batchSize: Int, stepCount: Int) -> StateMap {
        let fragment = (stepCount + trainingInterval - 1) / trainingInterval * trainingInterval
        let rows = Double(updatesPerInterval * batchSize) / Double(trainingInterval * environmentCount)
        let isNative = updatesPerInterval == 1 && fragment == trainingInterval
        return [
            "rollout_fragment_length": .int(Int64(fragment)),
            "num_envs_per_worker": .int(Int64(environmentCount)),
            "training_intensity": isNative ? .null : .double(rows),
        ]
    }
}
