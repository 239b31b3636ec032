import ReinCheckpoints

/// Policies as data.
extension FailurePolicy {
    private enum Key: String, CaseIterable { case maxFailures, maxRestoreFailures, failFast }

    /// Reads a policy; what is missing has its standard value.
    ///
    ///     {"maxFailures": 3, "failFast": true}     with -1 for any number of failures
    ///
    /// - Throws: `StateError` that names the place: what is unknown, with the nearest name, of another type or out of
    ///   range.
    init(_ reader: StateReader) throws(StateError) {
        try reader.expectKeys(Key.allCases.map(\.rawValue))
        func count(_ key: Key, from least: Int, _ allowed: String) throws(StateError) -> Int? {
            guard let place = reader.optionalChild(key.rawValue) else { return nil }
            let count = try place.int()
            guard count >= least else {
                throw place.error(.outOfRange, "\(count) is out of range (allowed: \(allowed))")
            }
            return count
        }
        let failures = try count(.maxFailures, from: -1, "0 and more, or -1 for any number") ?? 0
        try self.init(
            maximumFailures: failures < 0 ? nil : failures,
            maximumRestoreFailures: count(.maxRestoreFailures, from: 0, "0 and more")
                ?? FailurePolicy.standard.maximumRestoreFailures,
            failsFast: reader.optionalChild(Key.failFast.rawValue)?.bool() ?? false)
    }

    /// The policy as data, every key present.
    var tree: StateTree {
        [
            Key.maxFailures.rawValue: .int(Int64(maximumFailures ?? -1)),
            Key.maxRestoreFailures.rawValue: .int(Int64(maximumRestoreFailures)),
            Key.failFast.rawValue: .bool(failsFast),
        ]
    }
}
