/// Looks for a way to lay the bundles of a request on machines of which parts are taken.
///
/// The largest bundle goes first, and all ways to go on are tried; what has led to nothing is not tried again, nor what
/// is the same but for the order of machines or GPUs. The number of tries is bounded. A first way is then bettered,
/// until there is none on fewer machines (PACK) or on more (SPREAD), or the tries are used up.
struct BundleLayout {
    private let bundles: [[String: Double]]
    private let strategy: PlacementStrategy
    /// The indices of bundles, the largest first.
    private let order: [Int]
    private let free: [MachineRoom]
    private var rooms: [MachineRoom]
    /// How many of the bundles are on each machine.
    private var counts: [Int]
    private var placed: [PlacedBundle?]
    /// How many machines there may be bundles on.
    private var allowed: ClosedRange<Int>
    private var deadEnds: Set<Situation> = []
    private var tries = 0

    /// How often a machine is looked at before the search ends.
    private static let limit = 20_000
    /// The largest number of bundles that is looked at.
    private static let maximumCount = 1_000

    /// What a search came to.
    enum Outcome {
        /// The bundles on their machines.
        case found([PlacedBundle])
        /// There is no way.
        case impossible
        /// Not all ways were tried, and those were none.
        case undecided
    }

    /// Where a search is: the bundles that are left, and the machines in no order.
    private struct Situation: Hashable {
        let next: Int
        let machines: [Machine: Int]

        struct Machine: Hashable {
            let room: MachineRoom
            let isUsed: Bool
        }
    }

    /// Looks for a way.
    static func find(for group: PlacementGroup, on rooms: [MachineRoom]) -> Outcome {
        guard group.bundles.count <= maximumCount else { return .undecided }
        var layout = BundleLayout(group, rooms)
        guard layout.allowed.upperBound > 0 else { return .impossible }
        var best: [PlacedBundle]?
        while true {
            let outcome = layout.search()
            guard case .found(let bundles) = outcome else { return best.map { .found($0) } ?? outcome }
            best = bundles
            guard layout.aimHigher(than: Set(bundles.map(\.machine)).count) else { return outcome }
        }
    }

    private init(_ group: PlacementGroup, _ rooms: [MachineRoom]) {
        bundles = group.bundles
        strategy = group.strategy
        let total = rooms.reduce(into: [String: Double]()) { most, room in most.merge(room.total, uniquingKeysWith: max)
        }
        let shares = bundles.map { $0.map { $1 / (total[$0] ?? 1) }.max() ?? 0 }
        order = bundles.indices.sorted { (-shares[$0], $0) < (-shares[$1], $1) }
        free = rooms
        self.rooms = rooms
        counts = Array(repeating: 0, count: rooms.count)
        placed = Array(repeating: nil, count: bundles.count)
        let most = min(bundles.count, rooms.count)
        switch strategy {
        case .strictPack: allowed = min(1, most)...min(1, most)
        case .strictSpread: allowed = most == bundles.count ? most...most : 0...0
        case .pack, .spread: allowed = min(1, most)...most
        }
    }

    /// Asks for a better way than one on so many machines; false when there can be none.
    private mutating func aimHigher(than count: Int) -> Bool {
        switch strategy {
        case .pack where count > 1: allowed = 1...(count - 1)
        case .spread where count < allowed.upperBound: allowed = (count + 1)...allowed.upperBound
        default: return false
        }
        deadEnds = []
        return true
    }

    private mutating func search() -> Outcome {
        rooms = free
        counts = Array(repeating: 0, count: rooms.count)
        return place(0)
    }

    /// Lays the bundles from a place in the order on.
    private mutating func place(_ position: Int) -> Outcome {
        guard position < order.count else { return .found(placed.compactMap { $0 }) }
        let situation = situation(before: position)
        guard !deadEnds.contains(situation) else { return .impossible }
        let index = order[position]
        for machine in candidates(before: position) {
            tries += 1
            guard tries <= Self.limit else { return .undecided }
            let before = rooms[machine]
            for gpus in before.ways(for: bundles[index]) {
                let bundle = PlacedBundle(machine: machine, amounts: bundles[index], gpus: gpus)
                rooms[machine].take(bundle)
                counts[machine] += 1
                placed[index] = bundle
                let outcome = place(position + 1)
                guard case .impossible = outcome else { return outcome }
                rooms[machine] = before
                counts[machine] -= 1
            }
        }
        deadEnds.insert(situation)
        return .impossible
    }

    private func situation(before position: Int) -> Situation {
        var machines: [Situation.Machine: Int] = [:]
        for (room, count) in zip(rooms, counts) {
            machines[Situation.Machine(room: room.normalized, isUsed: count > 0), default: 0] += 1
        }
        return Situation(next: position, machines: machines)
    }

    /// The machines that the next bundle may lie on, best first, one of those that are alike.
    private func candidates(before position: Int) -> [Int] {
        let used = counts.count { $0 > 0 }
        let isEmptyFirst = strategy == .spread || strategy == .strictSpread
        var seen: Set<Situation.Machine> = []
        return rooms.indices.filter { machine in
            let after = counts[machine] > 0 ? used : used + 1
            guard after <= allowed.upperBound, after + order.count - position - 1 >= allowed.lowerBound else {
                return false
            }
            return counts[machine] > 0
                || seen.insert(Situation.Machine(room: rooms[machine].normalized, isUsed: false)).inserted
        }.sorted { first, second in
            if counts[first] == counts[second] { return first < second }
            return isEmptyFirst == (counts[first] < counts[second])
        }
    }
}
