/// The fixed division of the lanes of a vector into pieces that threads work on, one after the other or at a time. It
/// depends on the number of lanes only, never on the number of threads or processes, so results do not either.
public enum LaneDivision {
    /// At least four lanes to a piece, so that network passes stay worthwhile, and at most 16 pieces.
    public static func pieces(of lanes: Int) -> [Range<Int>] {
        let count = max(1, min(16, lanes / 4))
        return (0..<count).map { lanes * $0 / count..<lanes * ($0 + 1) / count }
    }

    /// Each lane by itself, for those who step only some of them.
    public static func singly(_ lanes: Int) -> [Range<Int>] { (0..<lanes).map { $0..<$0 + 1 } }
}
