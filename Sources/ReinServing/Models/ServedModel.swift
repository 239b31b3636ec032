#if Serving
import ReinNetworks
import ReinNumerics
public import ReinPolicies
import ReinSpaces
import Synchronization

/// A version of a model in memory: a policy that was restored to act. It never changes; whoever holds it may act with it,
/// and its memory is freed when nobody does any more.
///
/// It is used under a lease (`ModelRepository.lease`), which keeps the repository from dropping it.
public final class ServedModel: Sendable {
    /// The name of the model, a policy's id.
    public let name: String
    /// The version, the number of a checkpoint.
    public let version: String
    /// The policy, which can only act.
    public let policy: Policy
    /// What it takes and gives.
    public let metadata: ModelMetadata
    /// About how many bytes of memory it takes.
    public let byteCount: Int

    /// What has been asked of it.
    let statistics: ModelStatistics
    /// Memory to act in.
    let pool: ActingPool
    /// How long it takes to act.
    let cost: ActingCost
    /// Requests that wait, where it is not small.
    let queue: BatchQueue
    /// The version as a number.
    let number: Int
    /// How recently it was used, by the count of all uses.
    let lastUse = Atomic<Int>(0)
    private let leases = Atomic<Int>(0)
    private let retired = Atomic<Bool>(false)
    private let gauge: MemoryGauge

    /// Takes a policy in.
    ///
    /// - Parameter requests: what has been asked of the version so far.
    init(
        name: String, number: Int, policy: Policy, cost: ActingCost, gauge: MemoryGauge, metrics: ServingMetrics,
        requests: RequestCounts
    ) {
        self.name = name
        self.number = number
        self.policy = policy
        self.gauge = gauge
        version = String(number)
        self.cost = cost
        let statistics = ModelStatistics(model: name, version: version, metrics: metrics, requests: requests)
        self.statistics = statistics
        pool = ActingPool(policy)
        queue = BatchQueue(policy, pool, cost: cost, noteWaiting: statistics.noteWaiting)
        metadata = ModelMetadata(of: policy)
        byteCount = Self.bytes(of: policy)
        gauge.add(byteCount)
    }

    deinit { gauge.subtract(byteCount) }

    /// The number of leases that have not ended.
    public var inFlight: Int { leases.load(ordering: .sequentiallyConsistent) }

    /// Begins a lease. The caller holds the lock under which the model would be dropped.
    func beginLease() { leases.add(1, ordering: .sequentiallyConsistent) }

    /// Ends a lease, and tells those who wait for it.
    func endLease() {
        guard leases.subtract(1, ordering: .sequentiallyConsistent).newValue == 0 else { return }
        if isRetired { gauge.idle.notify() }
    }

    /// Notes that no new leases begin, so that the end of the last one is told. One of the two sees the other: the last
    /// lease this mark, or whoever waits no lease.
    func retire() { retired.store(true, ordering: .sequentiallyConsistent) }

    /// Whether no new leases begin.
    var isRetired: Bool { retired.load(ordering: .sequentiallyConsistent) }

    /// The parameters, the statistics, and about as much as everything around them takes.
    private static func bytes(of policy: Policy) -> Int {
        let width = policy.observationSpace.count
        let normalizer = policy.observationNormalizer == nil ? 0 : 40 * width
        return 4 * policy.network.parameters.count + 8 * width + normalizer + 3072
    }
}
#endif
