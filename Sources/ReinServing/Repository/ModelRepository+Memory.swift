#if Serving
import Synchronization

/// Keeping to the limit of memory.
extension ModelRepository {
    /// Drops the models that were used least recently until the others fit, except what is in use, and what could not be
    /// read again because its checkpoint is gone.
    func limitMemory() {
        guard let limit = context.configuration.memory else { return }
        var spared = Set<ObjectIdentifier>()
        while context.gauge.total > limit, dropOne(sparing: &spared) {}
    }

    /// - Returns: false when there is nothing that may be dropped.
    private func dropOne(sparing spared: inout Set<ObjectIdentifier>) -> Bool {
        var oldest: (entry: ModelEntry, model: ServedModel, use: Int)?
        for entry in entries {
            for model in entry.state.withLock({ $0.loaded.map(\.model) }) where model.inFlight == 0 {
                let use = model.lastUse.load(ordering: .relaxed)
                guard use < oldest?.use ?? .max, !spared.contains(ObjectIdentifier(model)) else { continue }
                oldest = (entry, model, use)
            }
        }
        guard let oldest else { return false }
        if oldest.entry.drop(oldest.model) {
            context.observe(.dropped(model: oldest.model.name, version: oldest.model.version))
        } else {
            spared.insert(ObjectIdentifier(oldest.model))
        }
        return true
    }
}

extension ModelEntry {
    /// Drops a version from memory that can be read again.
    ///
    /// - Returns: false when it is in use, or its checkpoint is not there any more.
    func drop(_ model: ServedModel) -> Bool {
        guard let checkpoint = source.checkpoints.first(where: { $0.number == model.number }),
            checkpoint.isThere
        else { return false }
        return state.withLock { state in
            guard model.inFlight == 0, let place = state.loaded.firstIndex(where: { $0.model === model }),
                state.loaded[place].stamp == checkpoint.stamp
            else { return false }
            state.loaded.remove(at: place)
            if state.newest === model { state.newest = nil }
            return true
        }
    }
}
#endif
