#if Serving
import ReinCheckpoints
import ReinPolicies
import Synchronization

/// Looking at the sources.
extension ModelRepository {
    /// Looks once what has come, gone and changed: newer versions of models in memory are put in their place, names that
    /// came are served, and what could not be used is tried again where its files have changed.
    ///
    /// Somebody calls this every few seconds; others may ask for models to be loaded and unloaded meanwhile.
    public func poll() {
        looking.withLock { _ in
            for source in sources {
                look(at: source)
                for entry in entries where entry.source === source {
                    entry.work.withLock { _ in entry.follow() }
                }
            }
        }
        limitMemory()
    }

    /// Looks at once, and tries everything again that is in memory or could not be loaded, changed or not.
    public func reload() {
        looking.withLock { _ in
            for source in sources {
                source.forgetProblems()
                look(at: source)
                for entry in entries where entry.source === source {
                    entry.work.withLock { _ in entry.retry() }
                }
            }
        }
        limitMemory()
    }

    /// Looks at a source, and takes note of the names that it has. The caller holds `looking`.
    func look(at source: WatchedSource) {
        do throws(StateError) {
            guard try source.look() else { return }
            let models = try source.models()
            source.open(context.configuration.versions)
            for (name, id) in models {
                let other = table.withLock { table -> ModelEntry? in
                    if let entry = table[name] { return entry }
                    table.add(ModelEntry(name, id, source, context, following: nil))
                    return nil
                }
                if other == nil {
                    context.observe(.added(model: name))
                } else if let other, other.source !== source {
                    context.observe(
                        .lookFailed(
                            path: source.path,
                            reason: "model \"\(name)\" comes from \(other.source.path) already, and is not served from "
                                + "here"))
                }
            }
            forget(from: source, all: Set(models.map(\.name)))
        } catch {
            context.observe(.lookFailed(path: source.path, reason: error.description))
        }
    }

    /// Forgets models that no checkpoint has any more, and that are not in memory.
    private func forget(from source: WatchedSource, all names: Set<String>) {
        let gone = entries.filter { entry in
            entry.source === source && !names.contains(entry.name) && entry.versions().isEmpty
        }
        guard !gone.isEmpty else { return }
        table.withLock { $0.remove(Set(gone.map(\.name))) }
        for entry in gone { context.observe(.removed(model: entry.name)) }
    }
}

extension ModelEntry {
    /// Takes note of what the last look at the source found. The caller holds `work`.
    func follow() {
        let generation = source.generation
        let (failures, isInMemory, isUnloaded, hasAnswered, sourceHasChanged) = state.withLock { state in
            defer { state.generation = generation }
            return (
                state.failures, state.newest != nil, state.isUnloaded, state.floor != nil,
                state.generation != generation
            )
        }
        guard sourceHasChanged || !failures.isEmpty, !isUnloaded else { return }
        let checkpoints = source.checkpoints
        let stale = failures.filter { failure in
            let checkpoint = checkpoints.first { $0.number == failure.number }
            return checkpoint?.stamp(of: id) != failure.stamp
        }
        guard sourceHasChanged || !stale.isEmpty else { return }
        state.withLock { state in
            // A version of which nothing is left has not failed any more.
            state.failures.removeAll { failure in
                stale.contains { $0.number == failure.number }
                    && !checkpoints.contains { $0.number == failure.number }
            }
            if !stale.isEmpty || sourceHasChanged { state.problem = nil }
        }
        guard isInMemory || isPreloaded && !hasAnswered else {
            // Tried again by the next request.
            state.withLock { state in
                state.failures.removeAll { failure in stale.contains { $0.number == failure.number } }
            }
            return
        }
        _ = raise()
    }

    /// Tries again what is in memory or has failed. The caller holds `work`.
    func retry() {
        let isWanted = state.withLock { state in
            state.problem = nil
            return !state.isUnloaded && (state.newest != nil || !state.failures.isEmpty || isPreloaded)
        }
        if isWanted { _ = raise(retrying: true) }
    }
}
#endif
