import ReinCheckpoints

/// Numbers of steps or episodes, to which more will be added: not negative, and not so large that adding could fail.
extension StateReader {
    private static var countRange: ClosedRange<Int64> { 0...1 << 53 }

    /// The number of a key.
    ///
    /// - Throws: `StateError` when it is negative, or larger than anything that can have been counted.
    func count(_ key: String) throws(StateError) -> Int { try child(key).count() }

    /// The number.
    ///
    /// - Throws: `StateError` when it is negative, or larger than anything that can have been counted.
    func count() throws(StateError) -> Int {
        let value = try int()
        try require(Int64(value))
        return value
    }

    /// The numbers of a key.
    ///
    /// - Throws: `StateError` when one is negative, or larger than anything that can have been counted.
    func counts(_ key: String, shape: [Int]) throws(StateError) -> [Int64] {
        let reader = try child(key)
        let values = try reader.int64s(shape: shape)
        for value in values { try reader.require(value) }
        return values
    }

    /// Rewards of episodes in flight, and sums of them.
    ///
    /// - Throws: `StateError` when one is not finite.
    func finiteNumbers(_ key: String, shape: [Int]) throws(StateError) -> [Double] {
        let reader = try child(key)
        let values = try reader.doubles(shape: shape)
        guard values.allSatisfy(\.isFinite) else { throw reader.error(.outOfRange, "a number is not finite") }
        return values
    }

    private func require(_ value: Int64) throws(StateError) {
        guard Self.countRange.contains(value) else {
            throw error(.outOfRange, "\(value) is no number of steps or episodes")
        }
    }
}
