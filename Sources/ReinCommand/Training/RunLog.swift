import Rein

/// The two records of a run: `progress.csv` for plots, `result.json` for programs.
struct RunLog {
    private let progress: LineFile
    private let results: LineFile
    private let progressPath: String
    private var columns: [String]

    /// Opens the records of a run. Lines of iterations after `iteration` are removed: a run that is continued from a
    /// checkpoint does them again.
    ///
    /// - Throws: `StateError` when a file cannot be read or written.
    init(of run: RunDirectory, continuingAfter iteration: Int) throws {
        progressPath = run.progressPath
        columns = try LineFile.firstLine(of: run.progressPath).map(CommaSeparated.fields) ?? []
        try LineFile.keepLines(of: run.progressPath) { index, row in
            index == 0 || Self.iteration(ofRow: row).map { $0 <= iteration } ?? false
        }
        try LineFile.keepLines(of: run.resultPath) { _, line in
            Self.iteration(ofLine: line).map { $0 <= iteration } ?? false
        }
        progress = try LineFile(appendingTo: run.progressPath)
        results = try LineFile(appendingTo: run.resultPath)
    }

    /// Adds the result of an iteration to both.
    ///
    /// - Throws: `StateError` when a file cannot be written, `CommandFailure` when `progress.csv` was made with other
    ///   columns.
    mutating func append(_ tree: StateTree) throws {
        let cells = Self.flatten(tree)
        if columns.isEmpty {
            columns = cells.map(\.name)
            try progress.append(CommaSeparated.line(columns))
        }
        guard columns == cells.map(\.name) else {
            throw CommandFailure(
                "\(progressPath): the columns are not those of this run; give another directory with --output")
        }
        try progress.append(CommaSeparated.line(cells.map(\.text)))
        try results.append(JSON.text(tree))
    }

    /// The iteration is the first column.
    private static func iteration(ofRow row: String) -> Int? {
        CommaSeparated.fields(row).first.flatMap { Int($0) }
    }

    private static func iteration(ofLine line: String) -> Int? {
        guard let tree = try? JSON.parse(line) else { return nil }
        return try? StateReader(tree).int("iteration")
    }

    /// The leaves of a tree, named by their keys with slashes between; null is an empty cell.
    private static func flatten(_ tree: StateTree, name: String = "") -> [(name: String, text: String)] {
        switch tree {
        case .map(let map):
            map.entries.flatMap { flatten($0.value, name: name.isEmpty ? $0.key : "\(name)/\($0.key)") }
        case .null: [(name, "")]
        case .string(let text): [(name, text)]
        case .double(let value): [(name, "\(value)")]
        default: [(name, JSON.text(tree))]
        }
    }
}

/// Lines of comma-separated values, as RFC 4180 writes them.
enum CommaSeparated {
    /// A line of fields, quoted where needed.
    static func line(_ fields: [String]) -> String {
        fields.map { field in
            let isPlain = !field.contains { $0 == "," || $0 == "\"" || $0.isNewline }
            return isPlain
                ? field
                : "\""
                    + field.split(separator: "\"", omittingEmptySubsequences: false)
                    .joined(separator: "\"\"") + "\""
        }.joined(separator: ",")
    }

    /// The fields of a line.
    static func fields(_ line: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        var previous: Character = ","
        for character in line {
            switch character {
            case "\"":
                if !isQuoted, previous == "\"" { fields[fields.count - 1].append("\"") }
                isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
            previous = character
        }
        return fields
    }
}
