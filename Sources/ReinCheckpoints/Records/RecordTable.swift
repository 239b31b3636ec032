/// A table in a record of comma-separated values, the names of its columns in the first line. It grows by rows, and by
/// columns where a row has others than there are: the rows before have empty cells there.
struct RecordTable {
    private let file: RecordFile
    private var names: [String]
    private var columns: [String: Int]

    /// Goes on with a table.
    ///
    /// - Parameter names: its columns; none when nothing is there.
    init(in file: RecordFile, columns names: [String]) {
        self.file = file
        self.names = names
        columns = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    /// Adds a row. Columns that it lacks stay empty; of two cells of one name the last one counts.
    mutating func append(_ row: [(name: String, text: String)]) {
        addColumns(row.map(\.name))
        var cells = [String](repeating: "", count: names.count)
        for (name, text) in row {
            if let column = columns[name] { cells[column] = text }
        }
        file.append(CommaSeparated.line(cells))
    }

    private mutating func addColumns(_ wanted: [String]) {
        let before = names.count
        for name in wanted where columns[name] == nil {
            columns[name] = names.count
            names.append(name)
        }
        guard names.count > before else { return }
        let heading = CommaSeparated.line(names)
        guard before > 0 else { return file.append(heading) }
        let padding = String(repeating: ",", count: names.count - before)
        file.revise { line, isFirst in isFirst ? heading : line + padding }
    }
}
