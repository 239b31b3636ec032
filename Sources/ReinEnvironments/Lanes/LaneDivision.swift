/// The fixed division of the lanes of a vector into pieces that threads work on, one after the other or at a time. It
/// depends on the number of lanes only, never on the number of threads or processes, so results do not either.
public enum LaneDivision {
    /// At least four lanes to a piece, so that network passes stay worthwhile, and at most 16 pieces.
    public static func pieces(of lanes: Int) -> [Range<Int>] {
        let count = max(1, min(16, lanes / 4))
        return (0..<count).map { lanes * $0 / count..<lanes * ($0 + 1) / count }
    }

    /// Which pieces each thread has, and in which order it steps them over and over, where environments are outside of this
    /// program: while those of one piece are stepped, the thread works on others.
    ///
    /// Processes that have several pieces each have those next to each other. So that all are at work, pieces next to each
    /// other do not follow each other: their order is that of the reversed bits of their indices.
    ///
    /// - Parameters:
    ///   - pieces: the number of pieces.
    ///   - threads: the number of threads; those that get no piece are left out.
    /// - Returns: for each thread the indices of its pieces, in the order of its turns; all lists together have each piece once.
    public static func turns(of pieces: Int, threads: Int) -> [[Int]] {
        let groups = max(1, min(threads, pieces))
        return (0..<groups).map { group in
            let first = pieces * group / groups
            let count = pieces * (group + 1) / groups - first
            return (0..<count).sorted { reversedBits(of: $0) < reversedBits(of: $1) }.map { first + $0 }
        }
    }

    private static func reversedBits(of index: Int) -> UInt {
        (0..<UInt.bitWidth).reduce(0) { $0 << 1 | UInt(index) >> UInt($1) & 1 }
    }

    /// Each lane by itself, for those who step only some of them.
    public static func singly(_ lanes: Int) -> [Range<Int>] { (0..<lanes).map { $0..<$0 + 1 } }
}
