/// A table in a record of comma-separated values, the names of its columns in the first line. It grows by rows, and by
/// columns where a row has others than there are: the rows before have empty cells there.
struct RecordTable {
    private let file: RecordFile
    private var columns: KeyList<String>

    /// Goes on with a table.
    ///
    /// - Parameter names: its columns; none when nothing is there.
    init(in file: RecordFile, columns names: [String]) {
        self.file = file
        columns = KeyList(names)
    }

    /// Adds a row. Columns that it lacks stay empty.
    mutating func append(_ row: Table<String, String>) {
        addColumns(row.keys)
        var cells = [String](repeating: "", count: columns.count)
        for (name, text) in row {
            if let column = columns.place(of: name) { cells[column] = text }
        }
        file.append(CommaSeparated.line(cells))
    }

    private mutating func addColumns(_ wanted: [String]) {
        let before = columns.count
        for name in wanted { columns.insert(name) }
        guard columns.count > before else { return }
        let heading = CommaSeparated.line(columns.keys)
        guard before > 0 else { return file.append(heading) }
        let padding = String(repeating: ",", count: columns.count - before)
        file.revise { line, isFirst in isFirst ? heading : line + padding }
    }
}
