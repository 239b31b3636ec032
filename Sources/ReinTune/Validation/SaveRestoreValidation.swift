public import ReinCheckpoints

/// Checks that a trainable that is saved and restored goes on as if nothing had been: in a new object from its directory,
/// from a directory that was moved, through an object in memory, and, where it is asked for, in a new process.
///
///     try await SaveRestoreValidation(TrainableDefinition(Regression.self), configuration: ["rate": 0.1]).run()
///
/// Each time the restored trainable has to have the state that was saved, the same results in the steps that follow, and
/// the same state after them. A `load` that does nothing is found, and a state that leaves something out.
public struct SaveRestoreValidation: Sendable {
    /// What is checked.
    public var definition: TrainableDefinition
    /// Its settings.
    public var configuration: StateMap
    /// Where it runs; the folder is a temporary one all the same.
    public var context = TrainableContext()
    /// The number of steps before the checkpoint; of a function, the smallest number of results before the one with a
    /// checkpoint that is used.
    public var stepsBefore = 2
    /// The number of steps after the checkpoint.
    public var stepsAfter = 2
    /// Metrics that differ each time, such as times, with slashes between the keys of maps inside one another; all below
    /// such a key are meant. What the driver measures need not be said.
    public var ignoredMetrics: Set<String> = []
    /// How a new process is started; nil to leave that out.
    public var newProcess: ValidationProcess?

    /// Prepares a check.
    public init(_ definition: TrainableDefinition, configuration: StateMap = [:]) {
        self.definition = definition
        self.configuration = configuration
    }

    /// The ways that a checkpoint can take.
    public enum Route: String, Sendable, CaseIterable {
        /// From the directory where it was saved.
        case directory
        /// From a directory that has another path than when it was saved.
        case movedDirectory = "moved directory"
        /// Through memory, as bytes.
        case memory
        /// Into another process.
        case newProcess = "new process"
    }

    /// Does the check.
    ///
    /// - Returns: the ways that were checked.
    /// - Throws: `StateError` that says which way what differs, and what the trainable throws.
    @discardableResult
    public func run() async throws -> [Route] {
        let folder = try LocalFile.makeTemporaryDirectory("rein-validation")
        defer { LocalFile.removeTemporaryDirectory(folder) }
        let original = try await driver(in: "\(folder)/original")
        try await begin(original)
        let saved = try await original.save(to: "\(folder)/saved", uploading: false, synchronizing: false)
        let object = try await original.saveToObject().bytes()
        let expected = try await Trace(of: original, steps: stepsAfter, saved: Trace.state(of: saved), ignoredMetrics)
        try await original.stop()

        try await check(.directory, expected, folder) { try await $0.restore(from: saved) }
        let moved = "\(folder)/elsewhere/moved"
        try LocalFile.makeDirectories(moved)
        try LocalFile.moveContents(of: "\(folder)/saved", to: moved)
        try await check(.movedDirectory, expected, folder) { try await $0.restore(from: moved) }
        try await check(.memory, expected, folder) { try await $0.restoreFromObject(Checkpoint(bytes: object)) }
        guard let newProcess else { return Route.allCases.filter { $0 != .newProcess } }
        let answer = try await newProcess.answer(
            ValidationRequest(
                trainable: definition.name, configuration: configuration, checkpoint: moved, steps: stepsAfter,
                ignoredMetrics: ignoredMetrics, folder: "\(folder)/process", context: context))
        try expected.require(answer, .newProcess, definition.name)
        return Route.allCases
    }

    private func driver(in folder: String) async throws -> TrainableDriver {
        var context = context
        context.folder = folder
        context.remoteFolder = nil
        return try await TrainableDriver(definition, configuration: configuration, context: context)
    }

    private func begin(_ driver: TrainableDriver) async throws {
        guard definition.style == .function else {
            for _ in 0..<stepsBefore { _ = try await driver.train() }
            return
        }
        while true {
            let result = try await driver.train()
            if result.isRepeated || result.done {
                throw StateError(
                    .notFound, "ended before it reported a checkpoint after \(stepsBefore) results",
                    path: definition.name)
            }
            if result.shouldCheckpoint, result.iteration >= stepsBefore { return }
        }
    }

    private func check(
        _ route: Route, _ expected: Trace, _ folder: String, _ restore: (TrainableDriver) async throws -> Void
    ) async throws {
        let driver = try await driver(in: "\(folder)/\(route.rawValue)")
        do {
            try await restore(driver)
            let saved = try await Trace.state(of: driver)
            let trace = try await Trace(of: driver, steps: stepsAfter, saved: saved, ignoredMetrics)
            try expected.require(trace, route, definition.name)
        } catch {
            try? await driver.stop()
            throw error
        }
        try await driver.stop()
    }
}

extension Trainable {
    /// Checks that a trainable of this type that is saved and restored goes on as if nothing had been; see
    /// `SaveRestoreValidation`.
    ///
    /// - Throws: as `SaveRestoreValidation.run()`.
    public static func validateSaveRestore(configuration: StateMap = [:]) async throws {
        try await SaveRestoreValidation(TrainableDefinition(Self.self), configuration: configuration).run()
    }
}
