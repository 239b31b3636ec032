#if Serving
import Synchronization

/// What the models of a repository share.
final class RepositoryContext: Sendable {
    /// The settings.
    let configuration: ModelRepository.Configuration
    /// Whom events are told.
    let observe: @Sendable (RepositoryEvent) -> Void
    /// Where events and requests are counted.
    let metrics: ServingMetrics
    /// The memory of all models.
    let gauge = MemoryGauge()
    private let uses = Atomic<Int>(0)

    /// How many of the newest checkpoints of a run are looked into for a model: more than are served, since some may be
    /// damaged.
    var depth: Int { max(16, 2 * configuration.versions) }

    init(
        _ configuration: ModelRepository.Configuration, _ metrics: ServingMetrics,
        _ observe: @escaping @Sendable (RepositoryEvent) -> Void
    ) {
        self.configuration = configuration
        self.metrics = metrics
        self.observe = { event in
            metrics.note(event)
            observe(event)
        }
    }

    /// The number of a use. Nobody asks which model was used least recently where memory has no limit.
    func nextUse() -> Int {
        configuration.memory == nil ? 0 : uses.add(1, ordering: .relaxed).newValue
    }
}

extension ServingMetrics {
    /// Counts what happens to the models of a repository.
    fileprivate func note(_ event: RepositoryEvent) {
        switch event {
        case .loaded: noteLoad()
        case .swapped: noteSwap()
        case .loadFailed, .spaceChangeRefused: noteFailedLoad()
        case .added, .removed, .retired, .dropped, .unloaded, .lookFailed: break
        }
    }
}
#endif
