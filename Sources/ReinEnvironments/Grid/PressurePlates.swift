public import ReinNumerics

/// Two agents on a 5 by 5 grid must stand on two pressure plates at the same moment: a task that neither solves alone.
///
/// Agents and plates start in four different random cells. Both agents move at the same time; they may share a cell.
/// Which agent takes which plate is theirs to settle: two on one plate press only one. Action: 0 stays, 1 to 4 move
/// up, down, left and right; walls stop a move. Reward, the same for both: −0.02 for each step, and 1 more for the step
/// that presses both plates, which terminates the episode. Observation `[8]`, each from 0 to 1: column and row of the
/// agent itself, of its partner, and of the two plates, in an order that both see alike.
public struct PressurePlates: MultiAgentEnvironment {
    /// "PressurePlates-v0".
    public static var id: String { "PressurePlates-v0" }
    /// 40 steps.
    public static var timeLimit: Int? { 40 }
    /// 1.7, summed over both agents; a perfect pair gets about 1.9.
    public static var rewardThreshold: Double? { 1.7 }

    /// The number of columns, and of rows.
    public static var side: Int { 5 }

    /// A cell of the grid.
    public struct Cell: Hashable, Codable, Sendable {
        /// The column, from the left.
        public var column: Int
        /// The row, from the top.
        public var row: Int

        /// Names a cell.
        public init(column: Int, row: Int) {
            self.column = column
            self.row = row
        }
    }

    /// The cells of the two plates.
    public struct Plates: Hashable, Codable, Sendable {
        /// The plate that is drawn first.
        public var first: Cell
        /// The other plate.
        public var second: Cell
    }

    /// Where the first agent stands.
    public var first = Cell(column: 0, row: 0)
    /// Where the second agent stands.
    public var second = Cell(column: 0, row: 0)
    /// Where the plates are.
    public var plates = Plates(first: Cell(column: 0, row: 0), second: Cell(column: 4, row: 4))
    /// The generator that draws the starts of episodes.
    public var random = NumPyRandom(seed: 0)

    /// Creates a grid to be reset.
    public init() {}

    /// `agent_0` and `agent_1`.
    public var agents: [AgentID] { ["agent_0", "agent_1"] }
    /// Four places, each a column and a row, from 0 to 1.
    public func observationSpace(of agent: Int) -> Box { Box(0...1, shape: [8]) }
    /// Stay, up, down, left, right.
    public func actionSpace(of agent: Int) -> ActionSpace { .discrete(5) }

    /// Draws four different cells.
    public mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {
        if let seed { random = NumPyRandom(seed: seed) }
        var taken: UInt32 = 0
        first = drawCell(besides: &taken)
        second = drawCell(besides: &taken)
        plates.first = drawCell(besides: &taken)
        plates.second = drawCell(besides: &taken)
    }

    /// Draws a cell whose bit is not set in `taken`, and sets it.
    private mutating func drawCell(besides taken: inout UInt32) -> Cell {
        while true {
            let index = Int(random.uniform(0, Double(Self.side * Self.side)))
            guard taken >> index & 1 == 0 else { continue }
            taken |= 1 << index
            return Cell(column: index % Self.side, row: index / Self.side)
        }
    }

    /// Moves both agents.
    public mutating func step(_ turn: inout AgentTurn) -> Status {
        Self.move(&first, turn.action(of: 0))
        Self.move(&second, turn.action(of: 1))
        let isSolved =
            first == plates.first && second == plates.second || first == plates.second && second == plates.first
        for agent in 0..<2 { turn.reward(agent, isSolved ? 0.98 : -0.02) }
        return isSolved ? .terminated : .running
    }

    /// Writes the four places.
    public func observe(_ agent: Int, into observation: inout ObservationRow) {
        Self.write(agent == 0 ? first : second, at: 0, into: &observation)
        Self.write(agent == 0 ? second : first, at: 2, into: &observation)
        Self.write(plates.first, at: 4, into: &observation)
        Self.write(plates.second, at: 6, into: &observation)
    }

    private static func write(_ cell: Cell, at index: Int, into observation: inout ObservationRow) {
        observation[index] = Float(cell.column) / Float(side - 1)
        observation[index + 1] = Float(cell.row) / Float(side - 1)
    }

    private static func move(_ cell: inout Cell, _ action: Int) {
        switch action {
        case 0: break
        case 1: cell.row = max(0, cell.row - 1)
        case 2: cell.row = min(side - 1, cell.row + 1)
        case 3: cell.column = max(0, cell.column - 1)
        case 4: cell.column = min(side - 1, cell.column + 1)
        default: preconditionFailure("PressurePlates has the actions 0 to 4")
        }
    }
}
