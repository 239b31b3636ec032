public import ReinCheckpoints

/// The resources that a trainable asks for, in bundles that are reserved together or not at all.
///
///     try PlacementGroup(cpus: 2, gpus: 0.5)
///     try PlacementGroup(bundles: [["CPU": 1], ["CPU": 2, "GPU": 1]], strategy: .spread)
///
/// The first bundle, the head, is for the trainable itself; the others are for whatever works for it. Each bundle lies on
/// one machine. Resources are `"CPU"`, `"GPU"`, `"memory"` in bytes, and others by names of one's own; fractions may be
/// asked for.
public struct PlacementGroup: Sendable, Hashable {
    /// What the trainable itself gets; empty when all is for those that work for it.
    public let head: [String: Double]
    /// The bundles, the head first unless it is empty. No amount in them is zero.
    public let bundles: [[String: Double]]
    /// How the bundles lie on machines.
    public let strategy: PlacementStrategy

    /// What a trainable gets that asks for nothing: one CPU.
    public static let oneCPU = PlacementGroup(head: [ResourceAmounts.cpu: 1])

    /// Asks for bundles.
    ///
    /// - Parameters:
    ///   - bundles: amounts by names of resources. The first, for the trainable itself, may be empty when others follow.
    ///   - strategy: how they lie on machines.
    /// - Throws: `StateError` that names the bundle and the resource: an amount that is negative, infinite or NaN, a name
    ///   that is empty or a known one in another spelling, a bundle without amounts, or no bundle at all.
    public init(bundles: [[String: Double]], strategy: PlacementStrategy = .pack) throws(StateError) {
        var valid: [[String: Double]] = []
        for (index, bundle) in bundles.enumerated() {
            let amounts = try ResourceAmounts.validated(bundle, path: "bundles/\(index)")
            guard !amounts.isEmpty || index == 0 else {
                throw StateError(
                    .outOfRange, "asks for nothing; only the first bundle may be empty", path: "bundles/\(index)")
            }
            valid.append(amounts)
        }
        guard let head = valid.first, valid.count > 1 || !head.isEmpty else {
            throw StateError(.outOfRange, "ask for nothing; name an amount, such as [\"CPU\": 1]", path: "bundles")
        }
        self.head = head
        self.bundles = valid.filter { !$0.isEmpty }
        self.strategy = strategy
    }

    /// Asks for one bundle.
    ///
    /// - Parameters:
    ///   - cpus: processors.
    ///   - gpus: accelerators.
    ///   - memory: bytes.
    ///   - custom: amounts of other resources by name.
    /// - Throws: `StateError` as for bundles; also for a known resource among the custom ones.
    public init(
        cpus: Double = 0, gpus: Double = 0, memory: Double = 0, custom: [String: Double] = [:]
    ) throws(StateError) {
        let known = [ResourceAmounts.cpu: cpus, ResourceAmounts.gpu: gpus, ResourceAmounts.memory: memory]
        for name in known.keys.sorted() where custom[name] != nil {
            throw StateError(.alreadyExists, "has an argument of its own", path: "custom/\(name)")
        }
        try self.init(bundles: [known.merging(custom) { known, _ in known }])
    }

    private init(head: [String: Double]) {
        self.head = head
        bundles = [head]
        strategy = .pack
    }

    /// What all bundles have together.
    public var requiredResources: [String: Double] { ResourceAmounts.sum(of: bundles) }
}

extension PlacementGroup: CustomStringConvertible {
    /// The bundles, and the strategy where there are several: `CPU 1 + CPU 2, GPU 1 (SPREAD)`.
    public var description: String {
        let text = bundles.map { ResourceAmounts.text($0) }.joined(separator: " + ")
        return bundles.count == 1 ? text : "\(text) (\(strategy.rawValue))"
    }
}
