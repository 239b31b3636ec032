/// The fixed division of environments into shards that threads work on. It depends on the number of environments
/// only, never on the number of threads, so results do not either.
enum LaneDivision {
    /// At least four environments to a shard, so that network passes stay worthwhile, and at most 16 shards.
    static func shards(of lanes: Int) -> [Range<Int>] {
        let count = max(1, min(16, lanes / 4))
        return (0..<count).map { lanes * $0 / count..<lanes * ($0 + 1) / count }
    }
}
