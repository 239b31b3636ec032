/// Lays bundles on machines that may each take several: a bin packing in as many dimensions as there are resources.
///
/// The largest bundle goes first, and all ways to go on are tried; bundles that are alike, and machines with the same left,
/// are tried once. The number of tries is bounded.
struct BundlePacking {
    private let bundles: [[Double]]
    private let totals: [[Double]]
    private var free: [[Double]]
    private var tries = 0

    /// How often a machine is looked at before it is given up.
    private static let limit = 500_000
    /// The largest number of bundles that is looked at.
    private static let maximumCount = 1_000

    /// Whether there is no way for certain. False when there is one, and when not all could be tried.
    static func isImpossible(for bundles: [[String: Double]], on machines: [[String: Double]]) -> Bool {
        guard bundles.count <= maximumCount else { return false }
        var packing = BundlePacking(bundles, machines)
        return packing.place(0, after: 0) == .impossible
    }

    private enum Outcome {
        case possible, impossible, undecided
    }

    private init(_ bundles: [[String: Double]], _ machines: [[String: Double]]) {
        let names = Set(bundles.flatMap(\.keys)).sorted()
        let most = names.map { name in machines.map { $0[name] ?? 0 }.max() ?? 0 }
        func share(_ bundle: [Double]) -> Double { zip(bundle, most).map { $1 > 0 ? $0 / $1 : 0 }.max() ?? 0 }
        // Bundles that are alike stand side by side.
        self.bundles = bundles.map { bundle in names.map { bundle[$0] ?? 0 } }.sorted { first, second in
            let (firstShare, secondShare) = (share(first), share(second))
            return firstShare == secondShare ? second.lexicographicallyPrecedes(first) : firstShare > secondShare
        }
        totals = machines.map { machine in names.map { machine[$0] ?? 0 } }
        free = totals
    }

    /// Lays the bundles from an index on; those that are like the one before go on no earlier machine than that.
    private mutating func place(_ index: Int, after first: Int) -> Outcome {
        guard index < bundles.count else { return .possible }
        let bundle = bundles[index]
        let start = index > 0 && bundles[index - 1] == bundle ? first : 0
        var tried: Set<[Double]> = []
        for machine in start..<free.count {
            tries += 1
            guard tries <= Self.limit else { return .undecided }
            let state = free[machine] + totals[machine]
            guard hasRoom(machine, for: bundle), tried.insert(state).inserted else { continue }
            let before = free[machine]
            for resource in bundle.indices { free[machine][resource] -= bundle[resource] }
            let outcome = place(index + 1, after: machine)
            free[machine] = before
            if outcome != .impossible { return outcome }
        }
        return .impossible
    }

    private func hasRoom(_ machine: Int, for bundle: [Double]) -> Bool {
        bundle.indices.allSatisfy {
            ResourceAmounts.fits(bundle[$0], in: free[machine][$0], of: totals[machine][$0])
        }
    }
}
