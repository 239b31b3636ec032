/// How often values are drawn while a grid is gone through.
public enum GridDraws: String, Sendable, CaseIterable {
    /// Anew in each cell of the grid.
    case anewInEachCell
    /// Once for the whole grid, so that its cells differ in nothing but what the grid says.
    case onceForTheGrid
}
