#if Serving
import ReinCheckpoints
import ReinNumerics
import Synchronization

/// Loading and unloading by name.
extension ModelRepository {
    /// Looks at the source of a model at once, and brings its newest version into memory, also when that has failed before
    /// or the model was unloaded.
    ///
    /// - Throws: `ServingError` with `.notFound` for a model that is not there, and with `.unavailable` and the reason when
    ///   the newest version cannot be used; one before it goes on answering then, or answers from now on.
    public func load(_ name: String) throws(ServingError) {
        let entry = try looking.withLock { _ throws(ServingError) -> ModelEntry in
            // A name that is not known may have come.
            let known = table.withLock { $0[name] }
            for source in sources where known == nil || known?.source === source {
                source.forgetProblems()
                look(at: source)
            }
            return try self.entry(name)
        }
        let (version, problem) = entry.work.withLock { _ -> (String?, String?) in
            entry.state.withLock { state in
                state.isUnloaded = false
                state.problem = nil
            }
            let outcome = entry.raise(retrying: true)
            return entry.state.withLock { ($0.newest?.version, outcome.problem ?? $0.problem) }
        }
        limitMemory()
        guard problem != nil || version == nil else { return }
        let reason = problem ?? Self.deleted
        let rest = version.map { "; version \($0) answers" } ?? ""
        throw ServingError(.unavailable, "model \"\(name)\" was not loaded: \(reason)\(rest)")
    }

    /// Unloads a model: it takes no new requests, and its memory is freed when the last one has ended, which is waited for.
    /// It is unavailable until somebody loads it.
    ///
    /// - Parameters:
    ///   - name: the name of the model.
    ///   - limit: how long to wait at most; for as long as it takes when nil. What is in use then is freed later.
    ///   - whenWithdrawn: called when it takes no new requests, before the wait: whoever keeps leases for long ends them.
    /// - Returns: whether the last request has ended.
    /// - Throws: `ServingError` with `.notFound` for a model that is not there.
    @discardableResult
    public func unload(
        _ name: String, waitingAtMost limit: Duration? = nil, whenWithdrawn: () -> Void = {}
    ) throws(ServingError) -> Bool {
        let entry = try entry(name)
        let models = entry.work.withLock { _ in entry.withdraw() }
        whenWithdrawn()
        guard context.gauge.idle.wait(atMost: limit, until: { models.allSatisfy { $0.inFlight == 0 } }) else {
            return false
        }
        context.observe(.unloaded(model: name))
        return true
    }
}

extension ModelEntry {
    /// Takes all versions out of service. The caller holds `work`.
    ///
    /// - Returns: those that may still be in use.
    func withdraw() -> [ServedModel] {
        state.withLock { state in
            state.isUnloaded = true
            state.newest = nil
            state.floor = nil
            state.interface = nil
            state.problem = nil
            state.failures = []
            while !state.loaded.isEmpty { state.retire(at: state.loaded.count - 1) }
            return state.retiring.compactMap(\.model)
        }
    }
}
#endif
