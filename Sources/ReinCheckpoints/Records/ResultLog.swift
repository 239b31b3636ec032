/// The two records of something that is trained: a table for plots, and the results in full for programs, one JSON object
/// a line.
///
/// Both have a row for each result, which counts up under a key. They tell of training and are not needed to go on with
/// it: whatever is wrong with them never stops it. What is damaged is set aside under another name, and what cannot be
/// written waits. Columns that appear later join the table, and no result is refused.
package struct ResultLog {
    private let tableFile: RecordFile
    private var table: RecordTable
    private let results: RecordFile
    private let paths: [String]
    private let writesNonFiniteNumbers: Bool
    private var warnings: [String]
    private var isWaiting = false

    /// Opens the records, and makes them when they are not there. Rows of numbers after `last` are removed, as far back as
    /// rows count up: whoever goes on from there comes to them again.
    ///
    /// - Parameters:
    ///   - tablePath: the table's file.
    ///   - resultPath: the file of the results in full.
    ///   - key: where a result has its number.
    ///   - last: the number of the last row that stays.
    ///   - writesNonFiniteNumbers: whether the results in full have `NaN`, `Infinity` and `-Infinity` as the words that Python
    ///     reads and JSON does not have, instead of null. They are read either way.
    /// - Throws: `StateError` when a file cannot be written.
    package init(
        table tablePath: String, results resultPath: String, numberedBy key: String, continuingAfter last: Int,
        writingNonFiniteNumbers writesNonFiniteNumbers: Bool = false
    ) throws(StateError) {
        var columns: [String] = []
        var number = 0
        let rows = try RecordRepair(of: tablePath, continuingAfter: last) { row in
            let fields = CommaSeparated.fields(row)
            guard !columns.isEmpty else {
                columns = fields
                guard let column = fields.firstIndex(of: key) else { return .unreadable }
                number = column
                return .heading
            }
            guard fields.count == columns.count, let number = fields[number].wholeNumber else { return .unreadable }
            return .row(number)
        }
        let lines = try RecordRepair(of: resultPath, continuingAfter: last) { line in
            guard let tree = try? JSON.parse(fromPython: Array(line.utf8)), let number = try? StateReader(tree).int(key)
            else {
                return .unreadable
            }
            return .row(number)
        }
        paths = [tablePath, resultPath]
        self.writesNonFiniteNumbers = writesNonFiniteNumbers
        warnings = [rows.warning, lines.warning].compactMap(\.self)
        tableFile = try RecordFile(appendingTo: tablePath, isEmpty: rows.isEmpty)
        table = RecordTable(in: tableFile, columns: rows.isEmpty ? [] : columns)
        results = try RecordFile(appendingTo: resultPath, isEmpty: lines.isEmpty)
    }

    /// Adds a result to both.
    ///
    /// - Parameters:
    ///   - result: the result, a map that has its number.
    ///   - details: what only the results in full tell beside it; in place of what has the same key.
    package mutating func append(_ result: StateTree, details: StateMap = [:]) {
        var row = Table<String, String>()
        Self.addCells(of: result, to: &row)
        table.append(row)
        var line = result
        if case .map(var map) = result {
            for (key, value) in details.entries { map[key] = value }
            line = .map(map)
        }
        results.append(writesNonFiniteNumbers ? JSON.text(forPython: line) : JSON.text(line))
        noteProblems()
    }

    /// What a person should know since the last call.
    package mutating func takeWarnings() -> [String] {
        defer { warnings = [] }
        return warnings
    }

    /// Writes what waits.
    ///
    /// - Throws: `StateError` that says what is lost.
    package func finish() throws(StateError) {
        for (file, path) in zip([tableFile, results], paths) {
            file.flush()
            guard file.missingCount > 0 else { continue }
            let lines = file.missingCount == 1 ? "1 line is lost" : "\(file.missingCount) lines are lost"
            throw StateError(
                .inputOutput, file.problem.map { "\($0.message); \(lines)" } ?? lines,
                path: file.problem?.path ?? path)
        }
    }

    private mutating func noteProblems() {
        let problem = tableFile.problem ?? results.problem
        if let problem, !isWaiting {
            warnings.append("\(problem); training goes on, and what is to be written there waits")
        } else if problem == nil, isWaiting {
            warnings.append("the records are written again")
        }
        isWaiting = problem != nil
    }

    /// The leaves of a tree, named by their keys with slashes between; null is an empty cell. What would break a line is
    /// written as JSON. Of two of one name the last one counts.
    private static func addCells(of tree: StateTree, named name: String = "", to row: inout Table<String, String>) {
        switch tree {
        case .map(let map):
            for (key, value) in map.entries {
                addCells(of: value, named: name.isEmpty ? oneLine(key) : "\(name)/\(oneLine(key))", to: &row)
            }
        case .null: row.set("", for: name)
        case .string(let text): row.set(oneLine(text), for: name)
        case .double(let value): row.set("\(value)", for: name)
        default: row.set(JSON.text(tree), for: name)
        }
    }

    private static func oneLine(_ text: String) -> String {
        text.utf8.contains(UInt8(ascii: "\n")) ? JSON.text(.string(text)) : text
    }
}
