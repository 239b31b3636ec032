/// Four in a row for two players: PettingZoo's `connect_four_v3`.
///
/// The players drop pieces in turn, `player_0` first. Action: the column 0...6; the piece falls to its lowest empty
/// cell. Observation `[6, 7, 2]` of 0 and 1, the top row first: for each cell whether the player's own piece is in it,
/// then whether the opponent's is. Four in a line pay 1 to the one who made them and −1 to the other; a full board ends
/// the game without pay. Columns that are not full are valid; a move that is not ends the game, and costs the mover 1.
///
/// The mask is that of the board, also for the player whose turn it is not (PettingZoo's is empty then).
public struct ConnectFour: MultiAgentEnvironment {
    /// "ConnectFour-v3".
    public static var id: String { "ConnectFour-v3" }
    /// Only columns that are not full are valid.
    public static var masksActions: Bool { true }

    /// The pieces of each player: seven bits for each column, the lowest cell first; the seventh is always empty, so
    /// that no line runs from one column into the next.
    public private(set) var pieces: [2 of UInt64] = [0, 0]

    /// Creates an empty board.
    public init() {}

    /// `player_0`, who begins, and `player_1`.
    public var agents: [AgentID] { ["player_0", "player_1"] }
    /// Six rows of seven cells, each with the player's own piece and the opponent's.
    public func observationSpace(of agent: Int) -> Box { Box(0...1, shape: [6, 7, 2]) }
    /// The seven columns.
    public func actionSpace(of agent: Int) -> ActionSpace { .discrete(7) }

    /// Clears the board. Nothing is random.
    public mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {
        pieces = [0, 0]
        turn.ask(0)
    }

    /// Drops a piece of the mover's into a column.
    public mutating func step(_ turn: inout AgentTurn) -> Status {
        let mover = turn.acts(0) ? 0 : 1
        let column = turn.action(of: mover)
        guard column >= 0, column < 7, !isFull(column) else {
            turn.reward(mover, -1)
            return .terminated
        }
        // One added at a column's lowest cell carries up through the pieces that lie there.
        pieces[mover] |= (taken + 1 << (7 * column)) & ~taken & Self.cells(of: column)
        if Self.hasLine(pieces[mover]) {
            turn.reward(mover, 1)
            turn.reward(1 - mover, -1)
            return .terminated
        }
        if taken == Self.board { return .terminated }
        turn.ask(1 - mover)
        return .running
    }

    /// Writes the board as a player sees it.
    public func observe(_ agent: Int, into observation: inout ObservationRow) {
        let (own, other) = (pieces[agent], pieces[1 - agent])
        for row in 0..<6 {
            for column in 0..<7 {
                let bit = 7 * column + 5 - row
                let element = 2 * (7 * row + column)
                observation[element] = Float(own >> bit & 1)
                observation[element + 1] = Float(other >> bit & 1)
            }
        }
    }

    /// Leaves the columns that are not full.
    public func writeActionMask(of agent: Int, into mask: inout ActionMaskRow) {
        for column in 0..<7 { mask[column] = !isFull(column) }
    }

    private var taken: UInt64 { pieces[0] | pieces[1] }

    private func isFull(_ column: Int) -> Bool { taken >> (7 * column + 5) & 1 == 1 }

    /// The six cells of a column.
    private static func cells(of column: Int) -> UInt64 { 0b111_111 << (7 * column) }

    /// The 42 cells.
    private static var board: UInt64 {
        0b0111111_0111111_0111111_0111111_0111111_0111111_0111111
    }

    /// Whether four pieces lie in a column, a row or a diagonal.
    private static func hasLine(_ pieces: UInt64) -> Bool {
        func hasLine(_ distance: UInt64) -> Bool {
            let pairs = pieces & pieces >> distance
            return pairs & pairs >> (2 * distance) != 0
        }
        return hasLine(1) || hasLine(7) || hasLine(6) || hasLine(8)
    }
}

/// Codable conformance: the two sets of pieces.
extension ConnectFour {
    private enum CodingKeys: String, CodingKey {
        case first, second
    }

    /// Reads the board that `encode(to:)` wrote.
    ///
    /// - Throws: `DecodingError` when a piece lies outside the board, hangs in the air, or shares its cell.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        pieces = [
            try container.decode(UInt64.self, forKey: .first), try container.decode(UInt64.self, forKey: .second),
        ]
        let isBoard = (0..<7).allSatisfy { column in
            let height = taken & Self.cells(of: column)
            return height & (height + 1 << (7 * column)) == 0
        }
        guard pieces[0] & pieces[1] == 0, taken & ~Self.board == 0, isBoard else {
            throw DecodingError.dataCorruptedError(
                forKey: .second, in: container, debugDescription: "\(pieces[0]) and \(pieces[1]) are no board")
        }
    }

    /// Writes the pieces of each player.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(pieces[0], forKey: .first)
        try container.encode(pieces[1], forKey: .second)
    }
}
