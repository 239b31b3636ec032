import Rein

/// The two records of a run: `progress.csv` for plots, `result.json` for programs.
///
/// They tell of a run and are not needed to go on with it: whatever is wrong with them never stops one. What is damaged
/// is set aside under another name, and what cannot be written waits.
struct RunLog {
    private let progressPath: String
    private var progress: RecordFile
    private let results: RecordFile
    private var columns: [String]
    private var warnings: [String] = []
    private var isWaiting = false

    /// Opens the records of a run. Lines of iterations after `iteration` are removed: a run that is continued from a
    /// checkpoint does them again.
    ///
    /// - Throws: `StateError` when a file cannot be written.
    init(of run: RunDirectory, continuingAfter iteration: Int) throws {
        progressPath = run.progressPath
        var columns: [String]?
        let rows = try RecordRepair(of: run.progressPath) { row in
            let fields = CommaSeparated.fields(row)
            guard let known = columns else {
                columns = fields
                return fields.first == "iteration" ? .heading : .unreadable
            }
            guard fields.count == known.count, let number = Int(fields[0]) else { return .unreadable }
            return number <= iteration ? .kept : .removed
        }
        let lines = try RecordRepair(of: run.resultPath) { line in
            guard let tree = try? JSON.parse(line), let number = try? StateReader(tree).int("iteration") else {
                return .unreadable
            }
            return number <= iteration ? .kept : .removed
        }
        self.columns = rows.isEmpty ? [] : columns ?? []
        warnings = [rows.warning, lines.warning].compactMap(\.self)
        progress = try RecordFile(appendingTo: run.progressPath)
        results = try RecordFile(appendingTo: run.resultPath)
    }

    /// Adds the result of an iteration to both.
    ///
    /// - Parameters:
    ///   - changes: the settings that were changed before it, which `result.json` tells of together with all settings.
    ///   - configuration: all settings.
    mutating func append(_ tree: StateTree, changes: [RecordedChange] = [], configuration: StateTree = [:]) {
        let cells = Self.flatten(tree)
        let names = cells.map(\.name)
        if columns != names { beginTable(names) }
        progress.append(CommaSeparated.line(cells.map(\.text)))
        var line = tree
        if case .map(var map) = tree, !changes.isEmpty {
            map["changes"] = .list(changes.map(\.tree))
            map["configuration"] = configuration
            line = .map(map)
        }
        results.append(JSON.text(line))
        noteProblems()
    }

    /// What a person should know since the last call.
    mutating func takeWarnings() -> [String] {
        defer { warnings = [] }
        return warnings
    }

    /// Writes what waits.
    ///
    /// - Throws: `CommandFailure` that says what is lost.
    func finish() throws {
        for file in [progress, results] {
            file.flush()
            guard file.missingCount > 0 else { continue }
            let lines = Wording.count(file.missingCount, "line is", "lines are")
            throw CommandFailure(file.problem.map { "\($0); \(lines) lost" } ?? "\(lines) lost of the records")
        }
    }

    /// Begins a table with other columns than there were, if there were any: those rows are set aside.
    private mutating func beginTable(_ names: [String]) {
        if !columns.isEmpty {
            do {
                let place = try LocalFile.setAside(progressPath)
                progress = try RecordFile(appendingTo: progressPath)
                warnings.append("the columns are no longer those of \(progressPath), which is now \(place)")
            } catch {
                warnings.append("the columns change within \(progressPath): \(error)")
            }
        }
        columns = names
        progress.append(CommaSeparated.line(names))
    }

    private mutating func noteProblems() {
        let problem = progress.problem ?? results.problem
        if let problem, !isWaiting {
            warnings.append("\(problem); training goes on, and what is to be written there waits")
        } else if problem == nil, isWaiting {
            warnings.append("the records are written again")
        }
        isWaiting = problem != nil
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
