#if Serving
import ReinCheckpoints
import ReinPolicies
import Synchronization

/// A model of a repository, whichever versions of it are in memory.
///
/// Whoever reads files for it holds `work`, one at a time; `state` is held for moments, also by those who lease.
final class ModelEntry: Sendable {
    /// Its name.
    let name: String
    /// Which policy of its source's checkpoints it is.
    let id: PolicyID?
    /// Where its versions come from.
    let source: WatchedSource
    /// What it shares with others.
    let context: RepositoryContext
    /// Whether it is loaded before the first request.
    let isPreloaded: Bool
    /// Held while a version is loaded, swapped or unloaded.
    let work = Mutex<Void>(())
    let state: Mutex<State>

    struct State {
        /// What answers requests without a version; nil when nothing is in memory for them.
        var newest: ServedModel?
        /// The versions in memory, the newest first.
        var loaded: [Loaded] = []
        /// The versions that could not be used, as they were then.
        var failures: [Failure] = []
        /// The highest version that has answered a request without one; lower ones never do again.
        var floor: Int?
        /// What the newest version takes and gives, also after it was dropped from memory.
        var interface: ModelInterface?
        /// Why there is nothing to be loaded; nil when nobody has failed yet.
        var problem: String?
        /// The generation of the source that it follows.
        var generation: Int
        /// Whether somebody has asked that it be unloaded.
        var isUnloaded = false
        /// The version that is being read.
        var loading: Int?
        /// What has been asked of the versions that are in memory, or have been and are still there.
        var requests: [Int: RequestCounts] = [:]
        /// Versions that get no new requests, for as long as they are in use.
        var retiring: [Retiring] = []
    }

    /// A version in memory.
    struct Loaded {
        var model: ServedModel
        /// The stamp of its checkpoint.
        var stamp: String
    }

    /// A version that could not be used.
    struct Failure {
        var number: Int
        /// What tells whether its files have changed.
        var stamp: String
        var reason: String
    }

    /// A version that others may still use.
    struct Retiring {
        weak var model: ServedModel?
    }

    /// - Parameter generation: what it follows of its source; nothing yet when nil.
    init(
        _ name: String, _ id: PolicyID?, _ source: WatchedSource, _ context: RepositoryContext,
        following generation: Int?
    ) {
        self.name = name
        self.id = id
        self.source = source
        self.context = context
        state = Mutex(State(generation: generation ?? -1))
        isPreloaded = context.configuration.preload.contains { $0.matches(name) }
    }

    /// Leases what is in memory.
    ///
    /// - Parameters:
    ///   - version: which version; the newest when nil.
    ///   - use: the number of the use; nil when it is none.
    /// - Returns: nil when it has to be loaded first.
    /// - Throws: `ServingError` with `.unavailable` when it was unloaded, or could not be loaded.
    func lease(_ version: Int?, use: Int?) throws(ServingError) -> ModelLease? {
        try state.withLock { state throws(ServingError) -> ModelLease? in
            guard let model = state.model(version) else {
                if let refusal = refusal(version, state) { throw refusal }
                return nil
            }
            model.beginLease()
            if let use { model.lastUse.store(use, ordering: .relaxed) }
            return ModelLease(begun: model)
        }
    }

    /// Whether nothing answers, and nothing that is there can be used.
    var isUnusable: Bool { state.withLock { $0.newest == nil && !$0.isUnloaded && $0.problem != nil } }

    private func refusal(_ version: Int?, _ state: borrowing State) -> ServingError? {
        if state.isUnloaded {
            return ServingError(.unavailable, "model \"\(name)\" is unloaded; load it before it is used")
        }
        guard let version else {
            return state.problem.map { ServingError(.unavailable, "model \"\(name)\" is unavailable: \($0)") }
        }
        guard let failure = state.failures.first(where: { $0.number == version }) else { return nil }
        return ServingError(
            .unavailable, "version \(version) of model \"\(name)\" is unavailable: \(failure.reason)")
    }

    /// The newest versions that are there and not known to be unusable, as many as are served.
    func window() -> [KnownCheckpoint] {
        let failed = state.withLock { $0.failures.map(\.number) }
        var window: [KnownCheckpoint] = []
        for checkpoint in source.checkpoints.prefix(context.depth) where !failed.contains(checkpoint.number) {
            guard (try? checkpoint.contains(id)) == true else { continue }
            window.append(checkpoint)
            if window.count == context.configuration.versions { break }
        }
        return window
    }

    /// The numbers of the versions that a client may ask for: those in memory, and those that are there; the newest first.
    func versions() -> [Int] {
        let loaded = state.withLock { $0.loaded.map(\.model.number) }
        return Array(Set(loaded + window().map(\.number)).sorted(by: >))
    }
}
#endif
