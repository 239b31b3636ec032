public import ReinCheckpoints

/// What the values of each metric came to in the course of a trial, in the order in which the metrics appeared.
///
/// Metrics are the numbers and truth values of results, 0 and 1, by their keys with slashes between those of maps inside
/// one another. What tells of the process and the machine is none.
public struct MetricSummaries: Sendable, Equatable {
    private static let left: Set<String> = [
        MetricName.trialID, MetricName.experimentID, MetricName.date, MetricName.timestamp, MetricName.processID,
        MetricName.hostName, MetricName.nodeAddress, MetricName.configuration,
    ]

    /// The names of the metrics.
    public private(set) var names: [String] = []
    private var summaries: [MetricSummary] = []

    /// Begins without results.
    public init() {}

    /// The metrics with what they came to.
    public var entries: some Collection<(String, MetricSummary)> { Array(zip(names, summaries)) }

    /// What a metric came to; nil for one that never came.
    public subscript(name: String) -> MetricSummary? { names.firstIndex(of: name).map { summaries[$0] } }

    /// Adds a result.
    public mutating func append(_ result: StateMap) {
        var expected = 0
        for (key, value) in result where !Self.left.contains(key) { add(value, named: key, at: &expected) }
    }

    /// Adds a value.
    ///
    /// - Parameter expected: where the metric is when this result has the same ones in the same order as those before; then
    ///   the place of the next one.
    private mutating func add(_ tree: StateTree, named name: String, at expected: inout Int) {
        switch tree {
        case .int(let number): add(Double(number), to: name, at: &expected)
        case .double(let number): add(number, to: name, at: &expected)
        case .bool(let flag): add(flag ? 1 : 0, to: name, at: &expected)
        case .map(let map): for (key, value) in map { add(value, named: "\(name)/\(key)", at: &expected) }
        case .null, .string, .bytes, .tensor, .list: break
        }
    }

    private mutating func add(_ value: Double, to name: String, at expected: inout Int) {
        var place = expected
        if place >= names.count || names[place] != name {
            place = names.firstIndex(of: name) ?? names.count
            if place == names.count {
                names.append(name)
                summaries.append(MetricSummary())
            }
        }
        summaries[place].append(value)
        expected = place + 1
    }
}

extension MetricSummaries {
    /// Sums up the results in a file with one JSON object a line, such as `result.json`, Ray's as well. Lines that are no
    /// such objects, and a last one without an end, are passed over.
    ///
    /// - Throws: `StateError` when there is no such file, it cannot be read, or a line is too long.
    public init(resultsAt path: String) throws(StateError) {
        self.init()
        var reader = try LineReader(opening: path, limit: LineFile.lineLimit)
        while let line = try reader.next() {
            guard reader.isWhole, case .map(let result)? = try? JSON.parse(fromPython: line) else { continue }
            append(result)
        }
    }
}
