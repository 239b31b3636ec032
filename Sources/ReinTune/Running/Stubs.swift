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
struct TrialLog {
    var log: ResultLog
    let folder: String
    let configuration: StateMap
    init(folder: String, trial: TrialRecord, continuingAfter last: Int) throws(StateError) {
        self.folder = folder
        configuration = trial.configuration
        log = try ResultLog(table: "\(folder)/progress.csv", results: "\(folder)/result.json", numberedBy: MetricName.trainingIteration, continuingAfter: last)
    }
    mutating func append(_ metrics: StateMap) {
        var row = metrics
        row[MetricName.configuration] = nil
        log.append(.map(row), details: [MetricName.configuration: .map(configuration)])
    }
    mutating func noteFailure(_ reason: String) {
        if let f = try? LineFile(appendingTo: "\(folder)/error.txt") { try? f.append("Failure # (occurred at)\n\(reason)") }
    }
    mutating func close() {}
    mutating func finish() -> [String] { defer { try? log.finish() }; return log.takeWarnings() }
}
