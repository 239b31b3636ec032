import ReinCheckpoints
struct ResourceReservation: Sendable { var amounts: [String: Double] }
struct ResourcePool: Sendable {
    var free: [String: Double]
    let total: [String: Double]
    init(_ machines: [[String: Double]]) { total = machines[0]; free = total }
    func requireFits(_ group: PlacementGroup) throws(StateError) { try group.requireFits(on: [total]) }
    mutating func reserve(_ group: PlacementGroup) throws(StateError) -> ResourceReservation? {
        for (k, v) in group.requiredResources where (free[k] ?? 0) < v { return nil }
        for (k, v) in group.requiredResources { free[k, default: 0] -= v }
        return ResourceReservation(amounts: group.requiredResources)
    }
    mutating func release(_ r: ResourceReservation) { for (k, v) in r.amounts { free[k, default: 0] += v } }
}
