import ReinNumerics

extension Algorithm {
    /// Runs one iteration, or what is left of one that was stopped: every policy collects experience, and those to
    /// train improve.
    ///
    /// - Returns: counters, returns, and what each learner reports.
    /// - Throws: `TrainingError` when a policy's parameters are no longer finite; the policies are then useless, and
    ///   the last checkpoint is the place to go back to. Also when a reward or an observation is not finite: then policies
    ///   and statistics are as before the rollout that it was in, and the next call goes on with new episodes.
    public func train() throws -> TrainingResult {
        while true {
            if let result = try train(while: { true }) { return result }
        }
    }

    /// Runs one iteration, or what is left of one that was stopped, for as long as `goesOn` says so.
    ///
    /// It is asked every twentieth of a second or so while experience is collected, and between gradient steps. After
    /// it has said no, nothing is lost: the next call goes on at the same place, with the bits of an iteration that was
    /// not stopped, and so does an algorithm that is restored from a checkpoint made in between. Until the iteration is
    /// finished, policies can be evaluated and looked at, but not added, removed or exchanged.
    ///
    ///     while let result = try algorithm.train(while: { !isEndRequested }) { print(result.counters.iterations) }
    ///     try algorithm.save(to: "checkpoint")
    ///
    /// Where `evaluationSchedule` asks for it, the policies are evaluated afterwards. The result has no evaluation when
    /// there was no time for it; `evaluate(by:)` makes up for that.
    ///
    /// - Parameter goesOn: whether there is time; asked from several threads at once.
    /// - Returns: counters, returns, and what each learner reports; nil when the iteration is not finished.
    /// - Throws: `TrainingError` as `train()`, and `StateError` when the evaluation fails, with the iteration finished.
    public func train(while goesOn: @Sendable () -> Bool) throws -> TrainingResult? {
        let clock = ContinuousClock()
        let start = clock.now
        var current: UnfinishedIteration
        if let iteration {
            current = iteration
        } else {
            guard goesOn() else { return nil }
            try retireDeparted()
            sharedRunner?.beginIteration()
            for player in players { player.beginIteration() }
            current = UnfinishedIteration(span: nextSpan(remaining: stepsPerIteration))
        }
        iteration = nil
        let isFinished = try advance(&current, while: goesOn)
        current.seconds += (clock.now - start).seconds
        guard isFinished else {
            iteration = current
            return nil
        }
        var result = try finish(current)
        if let evaluationSchedule, evaluationSchedule.isDue(after: counters.iterations) {
            result.evaluation = try evaluate(by: evaluationSchedule, while: goesOn)
        }
        return result
    }

    /// Whether an iteration was stopped before its end, so that `train` goes on inside it.
    public var isInsideIteration: Bool { iteration != nil }

    /// Ends an unfinished iteration where it is: the next one begins anew. Gradient steps that were taken remain;
    /// experience that was not learnt from is lost, and what the iteration would have reported is not counted.
    public func abandonIteration() {
        guard iteration != nil else { return }
        iteration = nil
        sharedRunner?.abandonRollout()
        for player in players { player.abandonIteration() }
    }

    /// Goes from span to span.
    ///
    /// - Returns: whether the end was reached.
    private func advance(
        _ iteration: inout UnfinishedIteration, while goesOn: @Sendable () -> Bool
    ) throws(TrainingError) -> Bool {
        while let span = iteration.span {
            guard try collect(span, &iteration, while: goesOn), learn(span, &iteration, while: goesOn) else {
                return false
            }
            counters.environmentSteps = span.stepsAfter
            iteration.taken = 0
            iteration.span = nextSpan(remaining: span.remaining - span.steps)
        }
        return true
    }

    /// The steps until the first learner has something to do; nil at the end of the iteration.
    private func nextSpan(remaining: Int) -> RolloutSpan? {
        guard remaining > 0 else { return nil }
        let before = counters.environmentSteps
        var steps = remaining
        for player in players { steps = min(steps, player.stepsUntilDue(after: before, remaining: remaining)) }
        return RolloutSpan(
            steps: steps, remaining: remaining, stepsBefore: before, environments: configuration.environmentCount)
    }

    /// Has the batches of the policies filled, part by part.
    ///
    /// - Returns: whether all steps of the span have been taken.
    private func collect(
        _ span: RolloutSpan, _ iteration: inout UnfinishedIteration, while goesOn: @Sendable () -> Bool
    ) throws(TrainingError) -> Bool {
        let clock = ContinuousClock()
        while iteration.taken < span.steps {
            guard goesOn() else { return false }
            let part = iteration.taken..<min(span.steps, iteration.taken + pace.steps)
            let begin = clock.now
            try collect(part, of: span)
            let seconds = (clock.now - begin).seconds
            pace.adapt(to: seconds, steps: part.count)
            iteration.samplingSeconds += seconds
            iteration.taken = part.upperBound
        }
        return true
    }

    private func collect(_ part: Range<Int>, of span: RolloutSpan) throws(TrainingError) {
        guard let sharedRunner else {
            forEachPlayer { $0.collect(part, of: span, on: $1) }
            for player in players {
                if let fault = player.fault { throw abandonRollout(after: fault) }
            }
            return
        }
        for player in players { player.enter(part, of: span) }
        defer { for player in players { player.leave() } }
        do {
            try sharedRunner.fill(steps: span.steps, part: part, on: pool)
        } catch {
            throw abandonRollout(after: error)
        }
    }

    /// Has the policies improved.
    ///
    /// - Returns: whether all learners are done with the span.
    private func learn(
        _ span: RolloutSpan, _ iteration: inout UnfinishedIteration, while goesOn: @Sendable () -> Bool
    ) -> Bool {
        let clock = ContinuousClock()
        let begin = clock.now
        forEachPlayer { $0.learn(span, on: $1, while: goesOn) }
        iteration.learningSeconds += (clock.now - begin).seconds
        // Not a key path, which would be made anew at each call where types are generic.
        guard players.allSatisfy({ $0.hasLearnt }) else { return false }
        for player in players { player.hasLearnt = false }
        return true
    }

    /// Counts what happened in an iteration, and puts reports together.
    private func finish(_ iteration: UnfinishedIteration) throws -> TrainingResult {
        var result = TrainingResult()
        for player in players {
            guard let outcome = try player.finishIteration() else { continue }
            if sharedRunner == nil { episodes.append(contentsOf: outcome.episodes) }
            counters.agentSteps += outcome.agentSteps
            result.policies.append(outcome.report)
        }
        if let sharedRunner {
            episodes.append(contentsOf: sharedRunner.finishedEpisodes)
            counters.agentSteps += sharedRunner.retiredAgentSteps + iteration.retiredAgentSteps
        }
        counters.iterations += 1
        counters.episodes = episodes.total
        result.counters = counters
        result.environments = environmentIncidents
        result.episodes = episodes.summary
        result.samplingSeconds = iteration.samplingSeconds
        result.learningSeconds = iteration.learningSeconds
        result.seconds = iteration.seconds
        result.stepsPerSecond = Double(configuration.environmentCount * stepsPerIteration) / max(result.seconds, 1e-9)
        return result
    }

    /// Works on every policy: on several at a time where they are at least as many as the threads, otherwise on one
    /// after the other with all threads. The results are the same.
    private func forEachPlayer(_ body: (Player<Method>, WorkerPool) -> Void) {
        if pool.threadCount > 1, players.count >= pool.threadCount {
            pool.run(shards: players.count) { body(players[$0], players[$0].thread) }
        } else {
            for player in players { body(player, pool) }
        }
    }
}
