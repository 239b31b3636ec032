/// Lays each of several bundles on a machine of its own.
enum BundleMatching {
    /// Whether there is a way: a matching of bundles with machines, grown by augmenting paths.
    static func exists(for bundles: [[String: Double]], on machines: [[String: Double]]) -> Bool {
        let candidates = bundles.map { bundle in
            machines.indices.filter { PlacementGroup.fits(bundle, in: machines[$0]) }
        }
        var owners = [Int?](repeating: nil, count: machines.count)
        for bundle in bundles.indices {
            guard augment(bundle, candidates, &owners) else { return false }
        }
        return true
    }

    /// Finds a machine for one more bundle by a search in breadth, moving bundles that have one.
    private static func augment(_ bundle: Int, _ candidates: [[Int]], _ owners: inout [Int?]) -> Bool {
        var askers = [Int?](repeating: nil, count: owners.count)
        var waiting = [bundle]
        var next = 0
        while next < waiting.count {
            let asker = waiting[next]
            next += 1
            for machine in candidates[asker] where askers[machine] == nil {
                askers[machine] = asker
                if let owner = owners[machine] {
                    waiting.append(owner)
                } else {
                    move(to: machine, askers, &owners)
                    return true
                }
            }
        }
        return false
    }

    /// Gives a free machine to who asked for it, whose machine goes to who asked for that, and so on.
    private static func move(to free: Int, _ askers: [Int?], _ owners: inout [Int?]) {
        var machine: Int? = free
        while let current = machine, let asker = askers[current] {
            machine = owners.firstIndex { $0 == asker }
            owners[current] = asker
        }
    }
}
