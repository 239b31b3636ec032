#if Serving
public import ReinCheckpoints
import ReinNumerics
public import ReinPolicies
import Synchronization

/// The models of a server: which there are, in which versions, and which of them are in memory.
///
///     let repository = try ModelRepository(.init(sources: [ModelSource(path: "runs/league")], versions: 2))
///     let lease = try repository.lease("red") ?? repository.leaseLoading("red")
///     let action = lease.model.policy.action(for: observation)
///
/// A model is a policy of a checkpoint; its version is the number of the checkpoint, `10` of `checkpoint_000010`, and `1`
/// where there is no number. Names are known from manifests; a policy is read when it is first asked for.
///
/// Whenever somebody calls `poll`, the directories are looked at. A newer version is read, tried, and put in place in one
/// step; requests that have begun end with the version that they began with. A request without a version never gets an
/// older one than a request before it. What cannot be used leaves what there is in place.
///
/// All of it may be called from any thread. Files are read on the thread that calls, one model at a time; `lease` never
/// reads any.
public final class ModelRepository: Sendable {
    /// How models are served.
    public struct Configuration: Sendable {
        /// Where models come from.
        public var sources: [ModelSource]
        /// How many of the newest versions of a model answer when they are asked for by number; at least 1.
        public var versions: Int
        /// Which models are in memory before the first request, by their names.
        public var preload: [GlobPattern]
        /// How many bytes models may take, beyond which those that were used least recently are dropped; nil for no limit.
        /// What is in use, and what could not be read again, stays.
        public var memory: Int?
        /// Whether a newer version may take or give something else than the one before.
        public var allowsSpaceChange: Bool

        /// Makes settings.
        public init(
            sources: [ModelSource], versions: Int = 1, preload: [GlobPattern] = [], memory: Int? = nil,
            allowsSpaceChange: Bool = false
        ) {
            self.sources = sources
            self.versions = max(1, versions)
            self.preload = preload
            self.memory = memory
            self.allowsSpaceChange = allowsSpaceChange
        }
    }

    let context: RepositoryContext
    let sources: [WatchedSource]
    /// Held while sources are looked at.
    let looking = Mutex<Void>(())
    let table = Mutex(ModelTable())

    /// Looks at the sources, and reads the models that are to be there before the first request.
    ///
    /// - Parameters:
    ///   - configuration: how models are served.
    ///   - metrics: where is counted what happens to models, and what is asked of them.
    ///   - observe: is told what happens, on the thread on which it does. It returns soon; of the repository it may ask for the
    ///     index, and nothing else.
    /// - Throws: `StateError` when a source is not there, holds no policies or none of those that are asked for; and with
    ///   `.alreadyExists` for a name that two sources give. A model that cannot be loaded is no error: it is unavailable.
    public init(
        _ configuration: Configuration, metrics: ServingMetrics = ServingMetrics(),
        observe: @escaping @Sendable (RepositoryEvent) -> Void = { _ in }
    ) throws(StateError) {
        try Arithmetic.checkEnvironment()
        guard !configuration.sources.isEmpty else {
            throw StateError(.notFound, "there is nothing to serve: no checkpoint or run is given")
        }
        context = RepositoryContext(configuration, metrics, observe)
        var sources: [WatchedSource] = []
        for source in configuration.sources { sources.append(try WatchedSource(source)) }
        self.sources = sources
        for source in sources {
            let models = try source.models()
            source.open(configuration.versions)
            try table.withLock { table throws(StateError) in
                for (name, id) in models {
                    if let other = table[name] {
                        throw StateError(
                            .alreadyExists,
                            "model \"\(name)\" comes from \(other.source.path), too; give one of them another name with "
                                + "NAME=CHECKPOINT:ID", path: source.path)
                    }
                    table.add(ModelEntry(name, id, source, context, following: source.generation))
                }
            }
        }
        for entry in entries where entry.isPreloaded {
            entry.work.withLock { _ in _ = entry.raise() }
            limitMemory()
        }
    }

    /// The names of the models, in the order of the sources and their policies.
    public var names: [String] { entries.map(\.name) }

    /// The bytes of all models in memory, those that are on their way out included.
    public var byteCount: Int { context.gauge.total }

    /// Where is counted what happens to models, and what is asked of them.
    package var metrics: ServingMetrics { context.metrics }

    var entries: [ModelEntry] { table.withLock { $0.entries } }

    /// The model of a name.
    ///
    /// - Throws: `ServingError` with `.notFound` that names the nearest.
    func entry(_ name: String) throws(ServingError) -> ModelEntry {
        if let entry = table.withLock({ $0[name] }) { return entry }
        // Of thousands, and of what is no name, nothing is near: looking for it takes time.
        let names = names
        let candidates = name.utf8.count <= PolicyID.maximumLength ? names.prefix(256) : []
        let listed = names.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
        let others = names.count > 20 ? " and \(names.count - 20) more" : ""
        throw ServingError(
            .notFound,
            unknownName(
                "there is no model \"\(name.shortened)\"",
                nearest: nearestName(to: name, in: candidates.map(\.self).sortedByBytes.reversed()),
                rest: names.isEmpty ? "there are no models" : "the models are \(listed)\(others)"))
    }
}
#endif
