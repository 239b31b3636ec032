import ReinCheckpoints

/// The trials of an experiment as rows of text.
public struct ResultTable: Sendable, Equatable {
    /// A column.
    public struct Column: Sendable, Equatable {
        /// What is in it.
        public enum Kind: Sendable {
            /// The id of the trial.
            case trial
            /// What the trial does.
            case status
            /// A setting.
            case parameter
            /// Something that was measured.
            case metric
        }

        /// Its name.
        public let name: String
        /// What is in it.
        public let kind: Kind
    }

    /// The columns.
    public let columns: [Column]
    /// The rows, with a cell for each column: no more than 80 characters, and nothing but what is to be seen.
    public let rows: [[String]]
    /// What a person should know who reads the rows; nil when there is nothing.
    public let note: String?

    /// Whether a column is to be flush right: it has numbers only.
    private func isNumeric(_ column: Int) -> Bool {
        columns[column].kind != .trial
            && rows.allSatisfy { $0[column] == ShortText.nothing || Double($0[column]) != nil }
    }

    /// The rows as lines with aligned columns, two spaces apart, below their names.
    ///
    /// - Parameter width: the most columns of a terminal that a line may take; any number when nil. Texts are cut, and where
    ///   that is not enough, settings are left out from the last on, which a line at the end says.
    public func text(width: Int? = nil) -> String {
        var shown = Array(columns.indices)
        var widths = columns.indices.map { column in
            ([columns[column].name.shortened] + rows.map { $0[column] }).map(TextWidth.columns).max() ?? 0
        }
        let numeric = columns.indices.map(isNumeric)
        var leftOut: [String] = []
        if let width {
            while total(widths, shown) > width {
                let widest = shown.filter { !numeric[$0] && widths[$0] > leastWidth($0) }.max {
                    widths[$0] < widths[$1]
                }
                if let widest {
                    widths[widest] = max(leastWidth(widest), widths[widest] - (total(widths, shown) - width))
                } else if let last = shown.last(where: { columns[$0].kind == .parameter }) {
                    shown.removeAll { $0 == last }
                    leftOut.append(columns[last].name.shortened)
                } else {
                    break
                }
            }
        }
        var lines = [line(columns.map(\.name.shortened), shown, widths, numeric)]
        lines += rows.map { line($0, shown, widths, numeric) }
        if !leftOut.isEmpty { lines.append("(no room for \(leftOut.reversed().joined(separator: ", ")))") }
        if let note { lines.append(note) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The least number of columns that a text is cut to: of what a trial is and does, more than an id has.
    private func leastWidth(_ column: Int) -> Int {
        switch columns[column].kind {
        case .trial, .status: 20
        case .parameter, .metric: 8
        }
    }

    private func total(_ widths: [Int], _ shown: [Int]) -> Int {
        shown.reduce(0) { $0 + widths[$1] } + 2 * max(0, shown.count - 1)
    }

    private func line(_ cells: [String], _ shown: [Int], _ widths: [Int], _ numeric: [Bool]) -> String {
        var line = ""
        for (place, column) in shown.enumerated() {
            let cell = TextWidth.cut(cells[column], to: widths[column])
            let padding = String(repeating: " ", count: max(0, widths[column] - TextWidth.columns(of: cell)))
            let isLast = place == shown.count - 1
            line += numeric[column] ? padding + cell : isLast ? cell : cell + padding
            if !isLast { line += "  " }
        }
        return line
    }
}
