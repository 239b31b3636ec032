#if Serving
import ReinCheckpoints
import Synchronization

/// What is said of the models.
extension ModelRepository {
    /// Every version of every model, in the order of the names, the newest version first: those in memory, those that can
    /// be loaded, and those that cannot be used, with the reason.
    public func index() -> [ModelStatus] { entries.flatMap { $0.statuses() } }

    /// The versions of one model, as in the index.
    ///
    /// - Throws: `ServingError` with `.notFound` for a model that is not there.
    public func index(of name: String) throws(ServingError) -> [ModelStatus] { try entry(name).statuses() }

    /// The number of versions in memory that answer.
    var loadedCount: Int { entries.reduce(0) { count, entry in count + entry.state.withLock { $0.loaded.count } } }

    /// What has been asked of the versions of models that are in memory, or have been and are still there; in the order of the
    /// names, the newest version first.
    ///
    /// - Parameter name: which model; all when nil.
    /// - Throws: `ServingError` with `.notFound` for a model that is not there.
    func requests(named name: String?) throws(ServingError) -> [(model: String, version: String, RequestCounts)] {
        let entries = if let name { [try entry(name)] } else { entries }
        return entries.flatMap { entry in
            let requests = entry.state.withLock { $0.requests }
            return requests.sorted { $0.key > $1.key }.map { (entry.name, String($0.key), $0.value) }
        }
    }
}

extension ModelEntry {
    /// The versions, the newest first; one without a number when there is none.
    func statuses() -> [ModelStatus] {
        let known = window().map(\.number)
        let broken = source.checkpoints.prefix(context.depth).compactMap { checkpoint in
            checkpoint.problem.map { (checkpoint.number, $0.description) }
        }
        return state.withLock { state in
            var statuses: [Int: ModelStatus] = [:]
            func add(
                _ number: Int, _ status: ModelStatus.State, _ reason: String = "", _ model: ServedModel? = nil
            ) {
                statuses[number] = ModelStatus(
                    name: name, version: String(number), state: status, reason: reason, isLoaded: model != nil,
                    inFlight: model?.inFlight ?? 0)
            }
            for number in known {
                if state.isUnloaded {
                    add(number, .unavailable, "unloaded")
                } else {
                    add(number, .ready, "loaded at first use")
                }
            }
            for model in state.retiring.compactMap(\.model) where model.inFlight > 0 {
                add(model.number, .unloading, "in use", model)
            }
            for (number, reason) in broken { add(number, .unavailable, reason) }
            for failure in state.failures { add(failure.number, .unavailable, failure.reason) }
            if let number = state.loading { add(number, .loading) }
            for loaded in state.loaded {
                let failure = state.failures.first { $0.number == loaded.model.number }
                add(
                    loaded.model.number, .ready,
                    failure.map { "what lies there now is not used: \($0.reason)" } ?? "", loaded.model)
            }
            if statuses.isEmpty {
                return [
                    ModelStatus(
                        name: name, version: "", state: .unavailable,
                        reason: state.isUnloaded ? "unloaded" : state.problem ?? "there is no version of it",
                        isLoaded: false, inFlight: 0)
                ]
            }
            return statuses.sorted { $0.key > $1.key }.map(\.value)
        }
    }
}
#endif
