import ReinCheckpoints
import ReinRandom
import ReinTune

/// A (1+1) evolution strategy in the unit cube: points near the best one so far, farther away after a success and nearer
/// after a failure, so that about one in five succeeds (Rechenberg 1973).
struct EvolutionStrategy: Searcher {
    let paths: [String]
    let metric: String
    let seed: UInt64
    private var count = 0
    private var reach = 0.3
    private var best: StateMap = [:]
    private var least = Double.greatestFiniteMagnitude
    private var tried: StateMap = [:]

    init(_ paths: [String], minimizing metric: String, seed: UInt64) {
        (self.paths, self.metric, self.seed) = (paths, metric, seed)
    }

    mutating func suggest(_ id: TrialID) -> Suggestion {
        var random = RandomStream(seed: seed, name: "points", index: count)
        count += 1
        var point = StateMap()
        for path in paths {
            guard case .double(let place)? = best[path] else {
                point[path] = .double(random.nextDouble())
                continue
            }
            point[path] = .double(min(1, max(0, place + reach * Double(random.nextNormal()))))
        }
        tried[id.string] = .map(point)
        return .configuration(point)
    }

    mutating func observe(_ result: StateTree, of id: TrialID) {}

    mutating func complete(_ id: TrialID, result: StateTree?, hasFailed: Bool) {
        guard case .map(let point)? = tried[id.string] else { return }
        tried[id.string] = nil
        let loss = (try? result.map { try StateReader($0).child(metric).double() }) ?? .infinity
        let isBetter = !hasFailed && loss < least
        reach = min(1, reach * (isBetter ? 1.5 : 0.904))  // 1.5 to the power of -1/4
        if isBetter { (best, least) = (point, loss) }
    }

    // Everything that changes: a search that was interrupted goes on with it.
    var state: StateTree {
        [
            "count": .int(Int64(count)), "reach": .double(reach), "best": .map(best), "least": .double(least),
            "tried": .map(tried),
        ]
    }

    mutating func restore(from state: StateTree) throws(StateError) {
        let saved = StateReader(state)
        (count, reach) = (try saved.child("count").int(), try saved.child("reach").double())
        least = try saved.child("least").double()
        best = StateMap(uniqueEntries: try saved.child("best").map().map { ($0.key, $0.value.tree) })
        tried = StateMap(uniqueEntries: try saved.child("tried").map().map { ($0.key, $0.value.tree) })
    }
}
