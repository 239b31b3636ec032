/// A line of a terminal that is drawn again and again in its own place, however wide the terminal is by then.
struct TerminalLine {
    private var drawnColumns = 0

    /// Whether the line is to be seen.
    var isOpen: Bool { drawnColumns > 0 }

    /// What to write for the line to say something else; text that does not fit is cut.
    ///
    /// - Parameter columns: the width of the terminal at present. One that has become narrower shows what was drawn
    ///   before on several lines, which are all taken back.
    mutating func drawing(_ text: String, columns: Int) -> String {
        let fitting = Self.prefix(of: text, columns: max(1, columns - 1))
        let beginning = beginning(columns: columns)
        drawnColumns = Self.columns(of: fitting)
        return beginning + fitting + "\u{1B}[J"
    }

    /// What to write for the line to be gone; nothing when there is none.
    mutating func clearing(columns: Int) -> String {
        guard isOpen else { return "" }
        defer { drawnColumns = 0 }
        return beginning(columns: columns) + "\u{1B}[J"
    }

    /// The way from the end of what was drawn back to its beginning.
    private func beginning(columns: Int) -> String {
        let linesAbove = max(0, drawnColumns - 1) / max(1, columns)
        return (linesAbove > 0 ? "\u{1B}[\(linesAbove)A" : "") + "\r"
    }

    /// As much of a text as fits.
    static func prefix(of text: String, columns limit: Int) -> String {
        var columns = 0
        return String(
            text.prefix { character in
                columns += width(of: character)
                return columns <= limit
            })
    }

    /// The columns that a text takes.
    static func columns(of text: String) -> Int { text.reduce(0) { $0 + width(of: $1) } }

    /// The columns that a character takes: two for the wide ones of East Asia and for pictures.
    private static func width(of character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first, scalar.value >= 0x1100 else { return 1 }
        let wide: [ClosedRange<UInt32>] = [
            0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD,
        ]
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }
}
