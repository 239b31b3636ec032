public import ReinCheckpoints

/// What an experiment is made of.
extension ExperimentPlan {
    /// The searcher.
    ///
    /// - Throws: `StateError` that names the key: a space that cannot be searched, points that do not belong to it,
    ///   options that make no sense, and no metric where one is needed.
    public func makeSearcher() throws(StateError) -> any Searcher {
        do throws(StateError) {
            try space.check()
        } catch {
            throw error.nested(under: Key.space.rawValue)
        }
        switch searcher.method {
        case .random(let draws):
            return try ofSearcher { () throws(StateError) in
                try searcher.limited(GridRandomSearcher(variants(draws)))
            }
        case .tpe(let options):
            guard let metric else {
                throw StateError(.missingKey, "the searcher learns from it", path: Key.metric.rawValue)
            }
            if let grid = space.grids.first {
                throw StateError(
                    .unsupportedFormat, "a grid is gone through, not searched: a choice of its values can be",
                    path: "\(Key.space.rawValue)/\(grid.path)")
            }
            return try ofSearcher { () throws(StateError) in
                try searcher.limited(
                    SpaceSearcher(
                        searching: space, metric: metric, order: order, pointsToEvaluate: searcher.pointsToEvaluate,
                        options: options, seed: UInt64(clamping: seed)))
            }
        }
    }

    /// The settings of a search that learns nothing, one after the other.
    func variants(_ draws: GridDraws) throws(StateError) -> VariantSequence {
        try VariantSequence(
            of: space, numSamples: samples, pointsToEvaluate: searcher.pointsToEvaluate, draws: draws,
            seed: UInt64(clamping: seed))
    }

    private func ofSearcher(
        _ make: () throws(StateError) -> any Searcher
    ) throws(StateError) -> any Searcher {
        do throws(StateError) { return try make() } catch { throw error.nested(under: Key.searcher.rawValue) }
    }

    /// The scheduler.
    ///
    /// - Throws: `StateError` for the file of a replay, when it cannot be read.
    public func makeScheduler() throws(StateError) -> any TrialScheduler {
        do throws(StateError) {
            return try scheduler.makeScheduler(seed: UInt64(clamping: seed))
        } catch {
            throw error.nested(under: Key.scheduler.rawValue)
        }
    }

    /// When trials and the experiment end, the time budget included; nil when only trials themselves know.
    public var stopRule: StopRule? {
        guard let timeBudget else { return stop }
        return .anyOf((stop.map { [$0] } ?? []) + [.timeBudget(seconds: timeBudget)])
    }

    /// The rule that finds the best trial; nil without a metric.
    public var bestTrialRule: BestTrialRule? { metric.map { BestTrialRule($0, order) } }

    /// The largest number of trials; nil for as many as the searcher has settings for.
    public var maximumTrials: Int? {
        guard case .tpe = searcher.method, samples >= 0 else { return nil }
        return max(samples, searcher.pointsToEvaluate.count)
    }

    /// What is trained, with the seeds and the resources of the plan.
    ///
    /// - Parameter base: what is trained with one seed.
    /// - Throws: `StateError` for a function that is to be tried with several seeds, and for what requests its
    ///   resources itself when the plan has some.
    public func definition(of base: TrainableDefinition) throws(StateError) -> TrainableDefinition {
        var definition = base
        if let resources { definition = try definition.withResources(resources) }
        guard let seeds else { return definition }
        return try definition.repeated(
            seeds: seeds.count, key: seeds.key, summary: seeds.summary, firstSeed: seeds.firstSeed)
    }
}
