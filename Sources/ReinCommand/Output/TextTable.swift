/// Text in aligned columns, two spaces apart.
struct TextTable {
    private var rows: [[String]]

    /// Starts a table with the names of its columns.
    init(_ header: [String]) { rows = [header] }

    /// Starts a table without a header.
    init() { rows = [] }

    /// Adds a row.
    mutating func add(_ row: [String]) { rows.append(row) }

    /// The lines of the table; the last column is not padded.
    func text(indent: String = "") -> String {
        let columns = rows.map(\.count).max() ?? 0
        var widths = [Int](repeating: 0, count: columns)
        for row in rows {
            for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
        }
        return rows.map { row in
            var line = indent
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
            }
            return line
        }.joined(separator: "\n")
    }
}
