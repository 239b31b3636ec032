package import ReinCheckpoints

extension EvaluationSchedule {
    /// The schedule as data.
    package var tree: StateTree { ["every": .int(Int64(every)), "episodes": .int(Int64(episodes))] }

    /// Reads a schedule from data.
    ///
    /// - Throws: `StateError` for a number that is missing or out of range.
    package init(_ reader: StateReader) throws(StateError) {
        func number(_ key: String) throws(StateError) -> Int {
            let (value, range) = (try reader.int(key), 1...1_000_000_000)
            guard range.contains(value) else {
                throw try reader.child(key).error(
                    .outOfRange, "\(value) is out of range (allowed: 1 to \(range.upperBound))")
            }
            return value
        }
        try reader.expectKeys(["every", "episodes"])
        self.init(every: try number("every"), episodes: try number("episodes"))
    }
}
