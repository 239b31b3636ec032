import ReinCheckpoints

/// What becomes of rewards, in RLlib's words: `clip_rewards`.
enum RLlibRewards {
    /// A setting of Rein's. That nothing becomes of them is `false`, since `null` stands for their sign in games of Atari's.
    static func words(_ clip: RewardClip?) -> StateTree {
        switch clip {
        case nil: false
        case .sign: true
        case .limit(let limit): .double(limit)
        }
    }

    /// Reads RLlib's setting. Its connectors, which are on unless they are switched off, have no use for integers.
    static func read(_ settings: RLlibSettings) throws(StateError) -> RewardClip? {
        guard let saved = settings.reader.optionalChild("clip_rewards") else { return nil }
        if case .bool(let isOn) = saved.tree { return isOn ? .sign : nil }
        let limit = try saved.double()
        if case .int = saved.tree, try settings.bool("enable_connectors", default: true) { return nil }
        return limit == 0 ? nil : .limit(abs(limit))
    }
}
