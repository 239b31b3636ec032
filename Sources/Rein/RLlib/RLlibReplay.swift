import ReinCheckpoints

/// A replay in RLlib's words: `replay_buffer_config`.
enum RLlibReplay {
    /// The settings of a replay.
    static func words(_ settings: some ReplayConfiguration) -> StateTree {
        let capacity = StateTree.int(Int64(settings.replayCapacity))
        // RLlib wants a positive exponent; one of 0 is a replay without priorities.
        guard settings.prioritizedReplay, settings.priorityExponent > 0 else {
            return ["type": "MultiAgentReplayBuffer", "capacity": capacity]
        }
        return [
            "type": "MultiAgentPrioritizedReplayBuffer", "capacity": capacity,
            "prioritized_replay_alpha": .double(settings.priorityExponent),
            "prioritized_replay_beta": .double(settings.importanceExponent.value(at: 0)),
            "prioritized_replay_eps": .double(settings.prioritizedReplayEpsilon),
        ]
    }

    /// Takes over the settings of RLlib's replay, which is prioritised and draws in its own way unless told otherwise.
    ///
    /// - Parameter capacity: the method's capacity, where none is given.
    static func read<Configuration: ReplayConfiguration>(
        _ settings: RLlibSettings, capacity: Int, into configuration: inout Configuration
    ) throws(StateError) {
        let replay = settings.child("replay_buffer_config")
        configuration.replayCapacity = try replay.int("capacity", default: capacity)
        configuration.prioritizedReplay =
            (try replay.reader.optionalChild("type")?.string() ?? "Prioritized").contains("Prioritized")
        configuration.prioritizedReplaySampling = .independent
        guard configuration.prioritizedReplay else { return }
        configuration.priorityExponent = try replay.number("prioritized_replay_alpha", default: 0.6)
        configuration.importanceExponent = .constant(try replay.number("prioritized_replay_beta", default: 0.4))
        configuration.prioritizedReplayEpsilon = try replay.number("prioritized_replay_eps", default: 1e-6)
    }
}
