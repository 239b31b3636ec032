/// How the bundles of a request lie on machines.
public enum PlacementStrategy: String, CaseIterable, Sendable, Hashable {
    /// On as few machines as there is room on.
    case pack = "PACK"
    /// On as many machines as there are, and several on one where that cannot be.
    case spread = "SPREAD"
    /// All on one machine, or not at all.
    case strictPack = "STRICT_PACK"
    /// Each on another machine, or not at all.
    case strictSpread = "STRICT_SPREAD"
}
