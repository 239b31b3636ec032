/// What is free on a machine.
///
/// GPUs are counted one by one: a bundle has as many whole ones to itself as it asks for, and a remaining part of one
/// lies on one GPU, beside parts of other bundles. A machine with 1.5 has one GPU and a half, and none has more than
/// 10,000.
struct MachineRoom: Sendable, Hashable {
    /// What the machine has in all, by names of resources.
    let total: [String: Double]
    /// What is free but for GPUs.
    private var free: [String: Double]
    /// How much is free of each GPU.
    private var gpus: [Double]

    /// A machine with nothing on it.
    init(_ total: [String: Double]) {
        self.total = total
        free = total
        gpus = []
        var rest = free.removeValue(forKey: ResourceAmounts.gpu) ?? 0
        while rest > Self.tolerance, gpus.count < Self.gpuLimit {
            gpus.append(min(rest, 1))
            rest -= 1
        }
    }

    /// The largest number of GPUs that are counted.
    private static let gpuLimit = 10_000
    /// Below this a part of a GPU is none: what rounding leaves.
    private static let tolerance = 1e-9

    /// What is free, by names of resources; of GPUs the sum.
    var amounts: [String: Double] {
        var all = free
        if !gpus.isEmpty { all[ResourceAmounts.gpu] = gpus.reduce(0, +) }
        return all
    }

    /// The same room with its GPUs in another order: where a bundle fits on one it fits on the other.
    var normalized: MachineRoom {
        var room = self
        room.gpus.sort()
        return room
    }

    /// The ways to give a bundle its GPUs, best first; none when the machine has no room for it. GPUs with as much left
    /// are alike, so that one of them is named.
    func ways(for bundle: [String: Double]) -> [[GPUShare]] {
        for (name, amount) in bundle where name != ResourceAmounts.gpu {
            guard ResourceAmounts.fits(amount, in: free[name] ?? 0, of: total[name] ?? 0) else { return [] }
        }
        let asked = bundle[ResourceAmounts.gpu] ?? 0
        let count = (asked + Self.tolerance).rounded(.down)
        let part = asked - count
        let whole = gpus.indices.filter { gpus[$0] == 1 }
        guard Double(whole.count) >= count else { return [] }
        let shares = whole.prefix(Int(count)).map { GPUShare(index: $0, amount: 1) }
        guard part > Self.tolerance else { return [shares] }
        // The fullest first, so that whole ones are left.
        var seen: Set<Double> = []
        return gpus.indices.filter { index in
            !shares.contains { $0.index == index } && ResourceAmounts.fits(part, in: gpus[index], of: 1)
                && seen.insert(gpus[index]).inserted
        }.sorted { gpus[$0] < gpus[$1] }.map { shares + [GPUShare(index: $0, amount: part)] }
    }

    /// Whether all that a bundle has is free, on the same GPUs.
    func hasRoom(for bundle: PlacedBundle) -> Bool {
        for (name, amount) in bundle.amounts where name != ResourceAmounts.gpu {
            guard ResourceAmounts.fits(amount, in: free[name] ?? 0, of: total[name] ?? 0) else { return false }
        }
        return bundle.gpus.allSatisfy { ResourceAmounts.fits($0.amount, in: gpus[$0.index], of: 1) }
    }

    /// Takes what a bundle has.
    mutating func take(_ bundle: PlacedBundle) {
        for (name, amount) in bundle.amounts where name != ResourceAmounts.gpu { free[name, default: 0] -= amount }
        for share in bundle.gpus { gpus[share.index] -= share.amount }
    }
}
