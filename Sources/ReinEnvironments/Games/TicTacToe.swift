/// Noughts and crosses for two players: PettingZoo's `tictactoe_v3`.
///
/// The players move in turn, `player_1` first. Action: the cell 0...8, row by row. Observation `[3, 3, 2]` of 0 and 1:
/// for each cell whether the player's own mark is in it, then whether the opponent's is. Three in a line pay 1 to the
/// one who made them and −1 to the other; a full board ends the game without pay. Only empty cells are valid; a move
/// that is not ends the game, and costs the mover 1.
///
/// The mask is that of the board, also for the player whose turn it is not (PettingZoo's is empty then).
public struct TicTacToe: MultiAgentEnvironment {
    /// "TicTacToe-v3".
    public static var id: String { "TicTacToe-v3" }
    /// Only empty cells are valid.
    public static var masksActions: Bool { true }

    /// The cells of each player, a bit for each, cell 0 the lowest.
    public private(set) var marks: [2 of UInt16] = [0, 0]

    /// Creates an empty board.
    public init() {}

    /// `player_1`, who begins, and `player_2`.
    public var agents: [AgentID] { ["player_1", "player_2"] }
    /// Three rows of three cells, each with the player's own mark and the opponent's.
    public func observationSpace(of agent: Int) -> Box { Box(0...1, shape: [3, 3, 2]) }
    /// The nine cells.
    public func actionSpace(of agent: Int) -> ActionSpace { .discrete(9) }

    /// Clears the board. Nothing is random.
    public mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {
        marks = [0, 0]
        turn.ask(0)
    }

    /// Puts the mover's mark into a cell.
    public mutating func step(_ turn: inout AgentTurn) -> Status {
        let mover = turn.acts(0) ? 0 : 1
        let cell = turn.action(of: mover)
        guard cell >= 0, cell < 9, taken >> cell & 1 == 0 else {
            turn.reward(mover, -1)
            return .terminated
        }
        marks[mover] |= 1 << cell
        if Self.hasLine(marks[mover]) {
            turn.reward(mover, 1)
            turn.reward(1 - mover, -1)
            return .terminated
        }
        if taken == 0b111_111_111 { return .terminated }
        turn.ask(1 - mover)
        return .running
    }

    /// Writes the board as a player sees it.
    public func observe(_ agent: Int, into observation: inout ObservationRow) {
        let (own, other) = (marks[agent], marks[1 - agent])
        for cell in 0..<9 {
            observation[2 * cell] = Float(own >> cell & 1)
            observation[2 * cell + 1] = Float(other >> cell & 1)
        }
    }

    /// Leaves the empty cells.
    public func writeActionMask(of agent: Int, into mask: inout ActionMaskRow) {
        for cell in 0..<9 { mask[cell] = taken >> cell & 1 == 0 }
    }

    private var taken: UInt16 { marks[0] | marks[1] }

    /// Whether three marks lie in a row, a column or a diagonal.
    private static func hasLine(_ marks: UInt16) -> Bool {
        let rows = marks & marks >> 1 & marks >> 2 & 0b001_001_001
        let columns = marks & marks >> 3 & marks >> 6 & 0b000_000_111
        return (rows | columns) != 0 || marks & 0b100_010_001 == 0b100_010_001 || marks & 0b001_010_100 == 0b001_010_100
    }
}

/// Codable conformance: the two sets of cells.
extension TicTacToe {
    private enum CodingKeys: String, CodingKey {
        case first, second
    }

    /// Reads the board that `encode(to:)` wrote.
    ///
    /// - Throws: `DecodingError` when a cell lies outside the board or has two marks.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        marks = [try container.decode(UInt16.self, forKey: .first), try container.decode(UInt16.self, forKey: .second)]
        guard marks[0] & marks[1] == 0, taken < 1 << 9 else {
            throw DecodingError.dataCorruptedError(
                forKey: .second, in: container, debugDescription: "\(marks[0]) and \(marks[1]) are no board")
        }
    }

    /// Writes the cells of each player.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(marks[0], forKey: .first)
        try container.encode(marks[1], forKey: .second)
    }
}
