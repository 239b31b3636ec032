public import ReinCheckpoints

extension Tuner {
    /// What a search came to.
    public struct Outcome: Sendable {
        /// The absolute path of the experiment's folder, or its address in a storage.
        public let folder: String
        /// All trials, in the order of their making, each with its last result.
        public let trials: [TrialRecord]
        /// Whether the experiment is over; otherwise it was interrupted and can be resumed.
        public let isFinished: Bool
        /// What a person should know: checkpoints that were passed over, records that could not be written.
        public let warnings: [String]

        /// The trials with their results and checkpoints, read from the folder, or from the storage where they lie.
        ///
        /// - Throws: `StateError` when they cannot be read any more.
        public func results() async throws(StateError) -> ResultGrid { try await ResultGrid.reading(folder) }
    }

    /// Runs an experiment in a new folder.
    ///
    /// When the task is cancelled, trials make checkpoints and the experiment ends for now; cancelled tasks are no error.
    ///
    /// - Parameters:
    ///   - folder: the path of the experiment's folder, whose name is the experiment's. It is made. Or an address in a
    ///     storage, such as `s3://bucket/experiments/cartpole`: the experiment works in a folder of this machine then
    ///     (`workingFolder`), and is brought there now and then (`mirrorInterval`) and at the end.
    ///   - observe: is told how far the experiment is after everything that was decided and written down.
    /// - Throws: `StateError` for settings that make no sense, resources that there will never be, a folder that has an
    ///   experiment already or is in use, a journal that cannot be written, and what the searcher has against its space; for
    ///   an address whose scheme nobody has registered, and with `.inUse` when somebody else goes on with the experiment that
    ///   lies there. A trial that fails is no error, and neither is a storage that fails once the experiment has begun.
    public func run(
        in folder: String, observing observe: @escaping (ExperimentProgress) -> Void = { _ in }
    ) async throws -> Outcome {
        let pool = try preparedPool()
        switch try ExperimentAddress(folder) {
        case .folder(let path): return try await begin(in: path, pool, nil, observe)
        case .storage(let storage):
            let place = try await MirroredExperiment.begin(
                storage, in: workingFolder, interval: try mirrorSeconds)
            return try await run(place, at: storage.uri) {
                try await begin(in: place.folder, pool, place.mirror, observe)
            }
        }
    }

    /// Goes on with an experiment that was interrupted or killed, as if nothing had happened; or with changes.
    ///
    /// Everything but the changes has to be what it was: the trainable, the space, the kinds of searcher and scheduler. What
    /// they knew comes from the folder, which may have been moved or copied.
    ///
    /// - Parameters:
    ///   - folder: the path of the experiment's folder, or its address in a storage. From there it is brought here as a
    ///     whole; whoever else still works on it ends as soon as they find out.
    ///   - revision: what is to be different from now on.
    ///   - observe: as with `run`.
    /// - Throws: `StateError` when there is no experiment, when it is another one's, when its journal is damaged, and as
    ///   `run`.
    public func resume(
        in folder: String, revising revision: ExperimentRevision = ExperimentRevision(),
        observing observe: @escaping (ExperimentProgress) -> Void = { _ in }
    ) async throws -> Outcome {
        let pool = try preparedPool()
        switch try ExperimentAddress(folder) {
        case .folder(let path): return try await open(path, revision, pool, nil, observe)
        case .storage(let storage):
            let place = try await MirroredExperiment.resume(
                storage, in: workingFolder, interval: try mirrorSeconds)
            return try await run(place, at: storage.uri) {
                try await open(place.folder, revision, pool, place.mirror, observe)
            }
        }
    }

    private func begin(
        in folder: String, _ pool: ResourcePool, _ mirror: ExperimentMirror?,
        _ observe: @escaping (ExperimentProgress) -> Void
    ) async throws -> Outcome {
        let (experiment, state) = try outline.begin(in: folder, concurrency: concurrency(in: pool))
        return try await run(in: experiment, state, pool, warnings: [], mirror, observe)
    }

    private func open(
        _ folder: String, _ revision: ExperimentRevision, _ pool: ResourcePool, _ mirror: ExperimentMirror?,
        _ observe: @escaping (ExperimentProgress) -> Void
    ) async throws -> Outcome {
        var warning: String?
        let (experiment, state) = try outline.open(folder, revising: revision, warning: &warning)
        return try await run(in: experiment, state, pool, warnings: warning.map { [$0] } ?? [], mirror, observe)
    }

    private func run(
        in folder: ExperimentFolder, _ state: ExperimentState, _ pool: ResourcePool, warnings: [String],
        _ mirror: ExperimentMirror?, _ observe: @escaping (ExperimentProgress) -> Void
    ) async throws -> Outcome {
        let mailbox = Mailbox<ExperimentMessage>()
        let loop = ExperimentLoop(
            self, in: folder, state, pool: pool, mailbox: mailbox, mirror: mirror, observing: observe)
        loop.warnings = warnings + (mirror?.takeWarnings() ?? [])
        if !state.controller.isClosed {
            let ticker = Task {
                while !Task.isCancelled {
                    try await Task.sleep(for: .seconds(1))
                    mailbox.post(.tick)
                }
            }
            defer { ticker.cancel() }
            do {
                try await withTaskCancellationHandler {
                    try await loop.run()
                } onCancel: {
                    mailbox.post(.interrupted)
                }
            } catch {
                // Threads that cannot be ended may still work with them.
                mirror?.openStores = loop.openStores
                throw error
            }
            try folder.compact(loop.state)
        }
        return Outcome(
            folder: folder.path, trials: loop.state.trials, isFinished: loop.state.controller.isClosed,
            warnings: loop.warnings)
    }

    /// The number of trials that run at once at most, as far as that can be said without their settings.
    ///
    /// - Throws: `StateError` for resources that there will never be, and as `run` for settings that make no sense.
    public func concurrency() throws -> Int { concurrency(in: try preparedPool()) }

    /// The resources of the machine, which have room for what is trained.
    private func preparedPool() throws -> ResourcePool {
        if definition.style == .function { try checkpoints.validateForFunction() }
        if logsToFile, case .threads = placement {
            throw StateError(
                .outOfRange, "what threads print cannot be told apart; train in processes", path: "logsToFile")
        }
        let machine = try machine ?? MachineResources()
        let pool = ResourcePool([machine.amounts])
        try pool.requireFits(typicalResources)
        return pool
    }

    /// What a trial needs, as far as that can be said without its settings.
    private var typicalResources: PlacementGroup { (try? definition.resources(for: [:])) ?? .oneCPU }

    private func concurrency(in pool: ResourcePool) -> Int {
        if isDeterministic { return maximumConcurrency ?? 4 }
        let limit = maximumConcurrency ?? 1_024
        var (free, count) = (pool, 0)
        while count < limit, (try? free.reserve(typicalResources)) ?? nil != nil { count += 1 }
        return max(1, count)
    }

    /// What decisions follow from.
    private var outline: ExperimentOutline {
        ExperimentOutline(
            trainable: definition.name, searcher: searcher, space: space, scheduler: scheduler, stopRule: stopRule,
            failures: failures, maximumTrials: maximumTrials, isDeterministic: isDeterministic, seed: seed)
    }

    /// How results are written down.
    var recordOptions: TrialLog.Options {
        TrialLog.Options(
            writesNonFiniteNumbers: writesNonFiniteNumbers, writesEvents: writesEvents, synchronizes: synchronizes)
    }

    /// Something to train trials.
    func makeWorker() throws -> any Worker {
        switch placement {
        case .threads: try InProcessWorker(definition)
        case .processes(let program): ProcessWorker(definition, program: program)
        }
    }

    /// Where a trial's process writes what is printed; nil for where this one does.
    func output(in folder: String) -> (standard: String, errors: String)? {
        logsToFile ? ("\(folder)/stdout", "\(folder)/stderr") : nil
    }
}
