public import ReinCheckpoints

extension TrainableDriver {
    /// Does a step and adds to its metrics what the driver counts and measures, by the names of Ray Tune:
    ///
    /// - `done`, and `should_checkpoint`, `timesteps_this_iter` and `episodes_this_iter` where the step said so.
    /// - `training_iteration` and `iterations_since_restore`, in steps.
    /// - `time_this_iter_s`, `time_total_s` and `time_since_restore`, in seconds. A step may give the first itself, which
    ///   then counts in the others.
    /// - `timesteps_total` and `episodes_total` once a step said any, `timesteps_since_restore` if not none. A step may
    ///   give the totals itself.
    /// - `timestamp`, in seconds since 1970, if the step does not give it, and `date`, the time where the machine is.
    /// - `trial_id`, `experiment_id`, `pid`, `hostname`, `node_ip`, and `config`, the settings.
    ///
    /// A step that gives another of these does so in vain, but that it cannot give `training_iteration` or what
    /// `StepResult` has a property for, which is an error.
    ///
    /// - Throws: what the step throws, `StateError` for metrics that it cannot give, and `CancellationError`. Nothing is
    ///   then counted.
    public func train() async throws -> TrainableResult {
        try await working("train") {
            try Task.checkCancellation()
            let isNoting = context.logsResults && !logsItself
            // Before anything is done that could not be noted.
            if isNoting { try openLog() }
            let start = ContinuousClock.now
            let step = try await trainable.step()
            let elapsed = ContinuousClock.now - start
            if function?.hasEnded == true { return repeatedResult() }
            let result = try completed(step, after: elapsed)
            if logsItself {
                try await trainable.logIfAble(result.metrics)
            } else if isNoting {
                note(result.metrics)
            }
            return result
        }
    }

    /// Trains until time is up, and does not come back with less than one result.
    ///
    /// - Parameters:
    ///   - duration: no step begins after that time.
    ///   - limit: the largest number of results.
    /// - Returns: the results. The last one may be `done`, ask for a checkpoint, or be repeated: training ends there, too.
    /// - Throws: as `train()`; results before are lost, but not what was learnt.
    public func trainBuffered(
        for duration: Duration, atMost limit: Int = 1000
    ) async throws -> [TrainableResult] {
        let end = ContinuousClock.now + duration
        var results: [TrainableResult] = []
        repeat {
            let result = try await train()
            results.append(result)
            if result.done || result.shouldCheckpoint || result.isRepeated { break }
        } while ContinuousClock.now < end && results.count < limit
        return results
    }

    /// The metrics that are added to results, as they stand now.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970; those of the system's clock when nil.
    ///   - timeThisIteration: how long the last step took; null in the metrics when nil.
    ///   - debugOnly: only where, when and with which settings, nothing that counts.
    public func autoFilledMetrics(
        now: Int? = nil, timeThisIteration: Duration? = nil, debugOnly: Bool = false
    ) -> StateMap {
        var metrics = StateMap()
        addIdentity(to: &metrics, now: now)
        guard !debugOnly else { return metrics }
        metrics[MetricName.experimentID] = .string(experimentID)
        metrics[MetricName.secondsThisIteration] = timeThisIteration.map { .double($0 / .seconds(1)) } ?? .null
        addTimes(to: &metrics)
        return metrics
    }

    /// Counts a step and completes its metrics.
    private func completed(_ step: StepResult, after elapsed: Duration) throws(StateError) -> TrainableResult {
        var metrics = step.metrics
        try requirePossible(metrics)
        let given = try number(MetricName.secondsThisIteration, in: metrics)
        let seconds = given ?? elapsed / .seconds(1)
        try requireCounts(step)
        // Everything is counted, or nothing.
        let iterations = try sum(progress.iterations, 1, MetricName.trainingIteration)
        let timesteps = try sum(progress.timesteps ?? 0, step.timestepsThisIteration ?? 0, MetricName.timestepsTotal)
        let episodes = try sum(progress.episodes ?? 0, step.episodesThisIteration ?? 0, MetricName.episodesTotal)
        let secondsTotal = progress.seconds + seconds
        guard secondsTotal.isFinite else {
            throw StateError(
                .outOfRange, "\(seconds) more are too many to be counted",
                path: "\(definition.name): \(MetricName.secondsTotal)")
        }

        progress.iterations = iterations
        progress.seconds = secondsTotal
        sinceRestore.iterations += 1
        sinceRestore.seconds += seconds
        if step.timestepsThisIteration != nil { progress.timesteps = timesteps }
        if step.episodesThisIteration != nil { progress.episodes = episodes }
        if let timesteps = step.timestepsThisIteration {
            sinceRestore.timesteps += timesteps
            metrics[MetricName.timestepsThisIteration] = .int(Int64(timesteps))
        }
        if let episodes = step.episodesThisIteration {
            metrics[MetricName.episodesThisIteration] = .int(Int64(episodes))
        }

        metrics[MetricName.done] = .bool(step.done)
        if step.shouldCheckpoint { metrics[MetricName.shouldCheckpoint] = true }
        if given == nil { metrics[MetricName.secondsThisIteration] = .double(seconds) }
        if let total = progress.timesteps { setUnlessGiven(MetricName.timestepsTotal, total, in: &metrics) }
        if let total = progress.episodes { setUnlessGiven(MetricName.episodesTotal, total, in: &metrics) }
        metrics[MetricName.trainingIteration] = .int(Int64(progress.iterations))
        addIdentity(to: &metrics, now: nil)
        metrics[MetricName.experimentID] = .string(experimentID)
        addTimes(to: &metrics)
        if sinceRestore.timesteps != 0 {
            metrics[MetricName.timestepsSinceRestore] = .int(Int64(sinceRestore.timesteps))
        }
        progress.lastResult = metrics
        if step.shouldCheckpoint, function != nil { progressOfReport = progress }
        return TrainableResult(
            metrics: metrics, done: step.done, shouldCheckpoint: step.shouldCheckpoint, iteration: progress.iterations,
            isRepeated: false)
    }

    /// The last result of a function that has ended.
    private func repeatedResult() -> TrainableResult {
        var metrics = progress.lastResult.isEmpty ? autoFilledMetrics(debugOnly: true) : progress.lastResult
        metrics[MetricName.done] = true
        return TrainableResult(
            metrics: metrics, done: true, shouldCheckpoint: false, iteration: progress.iterations, isRepeated: true)
    }

    private func addIdentity(to metrics: inout StateMap, now: Int?) {
        let seconds = now ?? LocalTime.secondsNow
        metrics[MetricName.trialID] = .string(context.trialID)
        metrics[MetricName.date] = .string(localTime.text(of: seconds))
        setUnlessGiven(MetricName.timestamp, seconds, in: &metrics)
        metrics[MetricName.processID] = .int(Int64(HostIdentity.processID))
        metrics[MetricName.hostName] = .string(HostIdentity.current.name)
        metrics[MetricName.nodeAddress] = .string(HostIdentity.current.address)
        metrics[MetricName.configuration] = .map(configuration)
    }

    private func addTimes(to metrics: inout StateMap) {
        metrics[MetricName.secondsTotal] = .double(progress.seconds)
        metrics[MetricName.secondsSinceRestore] = .double(sinceRestore.seconds)
        metrics[MetricName.iterationsSinceRestore] = .int(Int64(sinceRestore.iterations))
    }

    private func setUnlessGiven(_ key: String, _ value: Int, in metrics: inout StateMap) {
        if metrics[key] == nil { metrics[key] = .int(Int64(value)) }
    }

    /// Refuses metrics that would be counted wrongly, or twice.
    private func requirePossible(_ metrics: StateMap) throws(StateError) {
        for entry in metrics.entries {
            if entry.key == MetricName.trainingIteration {
                throw StateError(
                    .outOfRange, "is counted by the driver and cannot be given; choose another name",
                    path: "\(definition.name): \(entry.key)")
            }
            if let property = MetricName.saidByStepResult[entry.key] {
                throw StateError(
                    .outOfRange, "is said by StepResult.\(property), not by a metric",
                    path: "\(definition.name): \(entry.key)")
            }
            try entry.value.requireNotable(at: "\(definition.name): \(entry.key)", depth: 1)
        }
        for key in [MetricName.timestepsTotal, MetricName.episodesTotal, MetricName.timestamp] {
            _ = try number(key, in: metrics)
        }
    }

    private func requireCounts(_ step: StepResult) throws(StateError) {
        for (key, count) in [
            (MetricName.timestepsThisIteration, step.timestepsThisIteration),
            (MetricName.episodesThisIteration, step.episodesThisIteration),
        ] where (count ?? 0) < 0 {
            throw StateError(.outOfRange, "\(count ?? 0) is less than none", path: "\(definition.name): \(key)")
        }
    }

    /// The sum of counts, as far as there are numbers for it.
    private func sum(_ total: Int, _ more: Int, _ key: String) throws(StateError) -> Int {
        let (sum, isTooLarge) = total.addingReportingOverflow(more)
        guard !isTooLarge else {
            throw StateError(
                .outOfRange, "\(total) and \(more) are more than can be counted", path: "\(definition.name): \(key)")
        }
        return sum
    }

    /// A number that a step may give; null is as good as nothing.
    private func number(_ key: String, in metrics: StateMap) throws(StateError) -> Double? {
        guard let value = metrics[key], !value.isNull else { return nil }
        let number = try StateReader(value, path: "\(definition.name): \(key)").double()
        guard number.isFinite, number >= 0 else {
            throw StateError(.outOfRange, "\(number) is no count", path: "\(definition.name): \(key)")
        }
        return number
    }

    /// Opens the records in the folder, unless they are open.
    private func openLog() throws(StateError) {
        guard log == nil else { return }
        let folder = try folder()
        log = try ResultLog(
            table: "\(folder)/progress.csv", results: "\(folder)/result.json",
            numberedBy: MetricName.trainingIteration, continuingAfter: progress.iterations)
    }

    /// Appends a result to the records.
    private func note(_ metrics: StateMap) {
        var row = metrics
        row[MetricName.configuration] = nil
        log?.append(.map(row), details: [MetricName.configuration: .map(configuration)])
    }
}
