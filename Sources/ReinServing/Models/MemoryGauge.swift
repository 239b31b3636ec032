#if Serving
import ReinNumerics
import Synchronization

/// What all models of a repository share, and may outlive it with: the count of their memory, and whom the end of a last
/// lease is told.
final class MemoryGauge: Sendable {
    /// Whom the end of the last lease of a model is told that gets no new ones.
    let idle = ThreadSignal()
    private let bytes = Atomic<Int>(0)

    /// The bytes of all models that are still in memory.
    var total: Int { bytes.load(ordering: .sequentiallyConsistent) }

    func add(_ count: Int) { bytes.add(count, ordering: .sequentiallyConsistent) }

    func subtract(_ count: Int) { bytes.subtract(count, ordering: .sequentiallyConsistent) }
}
#endif
