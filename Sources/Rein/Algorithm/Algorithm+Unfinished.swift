import ReinCheckpoints
import ReinPolicies

/// Saving inside an iteration, and going on there.
extension Algorithm {
    /// What is saved of an unfinished iteration; nil between iterations.
    var unfinishedState: StateTree? {
        guard let iteration else { return nil }
        var map = iteration.state
        map["leavingAgentSteps"] = .int(Int64(iteration.retiredAgentSteps + (sharedRunner?.retiredAgentSteps ?? 0)))
        var policies = StateMap()
        for player in players { policies[player.id.string] = player.unfinishedState(in: iteration, on: sharedRunner) }
        map["policies"] = .map(policies)
        if let sharedRunner { map["stage"] = sharedRunner.unfinishedState(hasRows: iteration.isCollecting) }
        return .map(map)
    }

    /// Goes on inside the iteration in which an algorithm was saved, after everything else has been restored.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    func restoreUnfinished(from reader: StateReader) throws(StateError) {
        let room = players.filter(\.keepsExperience).map(\.rolloutSteps).min() ?? stepsPerIteration
        let iteration = try UnfinishedIteration(
            reader, stepsPerIteration: stepsPerIteration, limit: room, stepsBefore: counters.environmentSteps,
            environments: configuration.environmentCount)
        try sharedRunner?.restoreUnfinished(
            from: reader.child("stage"), steps: iteration.span?.steps ?? 0, hasRows: iteration.isCollecting)
        let policies = try reader.child("policies")
        for player in players {
            try player.restoreUnfinished(from: policies.child(player.id.string), in: iteration, on: sharedRunner)
        }
        self.iteration = iteration
    }

    /// Whether an algorithm that is restored can go on inside the iteration in which it was saved: everybody is there,
    /// does what they did, and where they did it.
    static func canGoOn(_ saved: AlgorithmState, as lineup: Lineup, in environment: TrainingEnvironment) -> Bool {
        environment.id == saved.environment && lineup.policies == saved.lineup.policies
            && lineup.agents == saved.lineup.agents && lineup.policiesToTrain == saved.lineup.policiesToTrain
            && (lineup.mapping == saved.lineup.mapping || saved.lineup.mapping == .leftOut)
    }

    /// Whether an unfinished iteration goes on when settings have been changed since.
    static func iterationsGoOn(with changes: [SettingChange]) -> Bool {
        guard let keys = Method.settingsOfIterations else { return false }
        return !changes.contains { change in keys.contains(change.key) }
    }

    /// Checks that no iteration is unfinished, before something is changed that it goes on with.
    ///
    /// - Throws: `StateError` that says what to do.
    func requireBetweenIterations() throws(StateError) {
        guard iteration != nil else { return }
        throw StateError(
            .outOfRange,
            "an iteration is not finished: finish it with train(), or leave the rest out with abandonIteration()",
            path: "iteration")
    }
}
