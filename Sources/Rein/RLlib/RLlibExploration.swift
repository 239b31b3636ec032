import ReinCheckpoints
import ReinNumerics

/// Exploration in RLlib's words: `exploration_config`.
enum RLlibExploration {
    /// Choosing at random at a rate that changes with the steps.
    static func epsilonGreedy(_ schedule: Schedule) -> StateTree {
        func config(from first: Double, to last: Double, warmup: Int, over steps: Int) -> StateMap {
            [
                "type": "EpsilonGreedy", "initial_epsilon": .double(first), "final_epsilon": .double(last),
                "warmup_timesteps": .int(Int64(warmup)), "epsilon_timesteps": .int(Int64(steps)),
            ]
        }
        guard case .piecewise(let points) = schedule, let first = points.first, let last = points.last,
            first.step < last.step
        else {
            let rate = schedule.value(at: 0)
            return .map(config(from: rate, to: rate, warmup: 0, over: 1))
        }
        var map = config(from: first.value, to: last.value, warmup: first.step, over: last.step - first.step)
        if points.count > 2 {
            var corners = points.map { StateTree.list([.int(Int64($0.step)), .double($0.value)]) }
            if first.step > 0 { corners.insert([0, .double(first.value)], at: 0) }
            map["epsilon_schedule"] = [
                "type": "PiecewiseSchedule", "endpoints": .list(corners), "outside_value": .double(last.value),
            ]
        }
        return .map(map)
    }

    /// The rate of choosing at random.
    ///
    /// - Throws: `StateError` for steps that do not ascend and for schedules of other kinds.
    static func epsilonGreedy(_ settings: RLlibSettings) throws(StateError) -> Schedule {
        if let schedule = settings.reader.optionalChild("epsilon_schedule") {
            return try RLlibSettings(schedule).schedule("outside_value", points: "endpoints", default: 0)
        }
        let first = try settings.number("initial_epsilon", default: 1)
        let last = try settings.number("final_epsilon", default: 0.02)
        let limit = 1 << 52
        let warmup = try settings.int("warmup_timesteps", default: 0, in: 0...limit)
        let steps = try settings.int("epsilon_timesteps", default: 10_000, in: 0...limit)
        return .piecewise([.init(step: warmup, value: first), .init(step: warmup + max(1, steps), value: last)])
    }

    /// Refuses ways to explore that training cannot go on with.
    ///
    /// - Throws: `StateError` that names the type.
    static func require(_ type: String, in config: StateReader) throws(StateError) {
        guard let found = config.optionalChild("exploration_config")?.optionalChild("type") else { return }
        let name = try found.string()
        guard name.split(separator: ".").last == Substring(type) else {
            throw found.error(
                .unsupportedFormat,
                "training goes on with \(type) only, not with \(name.shortened); the policy can act")
        }
    }
}
