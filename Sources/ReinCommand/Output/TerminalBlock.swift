/// Lines of a terminal that are drawn again and again in their own place.
struct TerminalBlock {
    private var drawnColumns: [Int] = []

    /// Whether the lines are to be seen.
    var isOpen: Bool { !drawnColumns.isEmpty }

    /// What to write for the lines to say something else. Lines that do not fit are cut; there should be fewer of them
    /// than the terminal has.
    ///
    /// - Parameter columns: the width of the terminal at present. One that has become narrower shows what was drawn
    ///   before on more lines, which are all taken back.
    mutating func drawing(_ lines: [String], columns: Int) -> String {
        let fitting = lines.map { TerminalLine.prefix(of: $0, columns: max(1, columns - 1)) }
        let beginning = beginning(columns: columns)
        drawnColumns = fitting.map(TerminalLine.columns)
        // Each line is cleared behind its text, so that nothing flickers.
        return beginning + fitting.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
    }

    /// What to write for the lines to be gone; nothing when there are none.
    mutating func clearing(columns: Int) -> String {
        guard isOpen else { return "" }
        defer { drawnColumns = [] }
        return beginning(columns: columns) + "\u{1B}[J"
    }

    /// The way from below what was drawn back to its beginning.
    private func beginning(columns: Int) -> String {
        let linesAbove = drawnColumns.reduce(0) { $0 + 1 + max(0, $1 - 1) / max(1, columns) }
        return (linesAbove > 0 ? "\u{1B}[\(linesAbove)A" : "") + "\r"
    }
}
