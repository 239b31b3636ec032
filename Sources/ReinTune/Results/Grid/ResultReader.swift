import ReinCheckpoints

/// Reads the results of a file one by one. What is no result is passed over and noted, a last line that a killed process
/// did not end among it.
struct ResultReader: ~Copyable {
    /// The number of rows that were given out.
    private(set) var rowCount = 0
    /// What was passed over.
    private(set) var faults = LineFaults()
    private var lines: LineReader
    private let isTable: Bool
    private var columns: [String] = []
    private var lineOfRow = 0

    /// Opens a file.
    ///
    /// - Throws: `StateError` when there is none, or when it cannot be read.
    init(_ file: ResultFile) throws(StateError) {
        lines = try LineReader(opening: file.path, limit: ResultFile.lineLimit)
        isTable = file.isTable
    }

    /// The next line that looks like a result; nil after the last.
    ///
    /// - Throws: `StateError` when the file cannot be read.
    mutating func nextLine() throws(StateError) -> [UInt8]? {
        if isTable, columns.isEmpty {
            guard let heading = try nextRecord() else { return nil }
            columns = CommaSeparated.fields(Self.text(heading))
        }
        while let line = try isTable ? nextRecord() : nextPhysicalLine() {
            guard let end = line.lastIndex(where: { !Self.isSpace($0) }) else { continue }
            lineOfRow = lines.count
            if isTable {
                guard lines.isWhole else {
                    faults.note(lines.count, "does not end")
                    continue
                }
            } else {
                let looksWhole = line.first { !Self.isSpace($0) } == UInt8(ascii: "{") && line[end] == UInt8(ascii: "}")
                guard looksWhole, lines.isWhole || (try? JSON.parse(fromPython: line)) != nil else {
                    faults.note(lines.count, lines.isWhole ? "is no result" : "does not end")
                    continue
                }
            }
            rowCount += 1
            return line
        }
        return nil
    }

    /// The result that a line holds; nil, and noted, when it holds none.
    mutating func result(in line: [UInt8]) -> StateMap? {
        if isTable { return tableRow(Self.text(line)) }
        do throws(StateError) {
            if case .map(let map) = try JSON.parse(fromPython: line) { return map }
            faults.note(lineOfRow, "is no result")
        } catch {
            faults.note(lineOfRow, error.message)
        }
        return nil
    }

    private mutating func tableRow(_ line: String) -> StateMap? {
        let fields = CommaSeparated.fields(line)
        guard fields.count == columns.count else {
            faults.note(lineOfRow, "has \(fields.count) cells for \(columns.count) columns")
            return nil
        }
        var map = StateMap()
        for (name, field) in zip(columns, fields) where !field.isEmpty { map.append(name, Self.value(of: field)) }
        return map
    }

    /// Lines up to the one that ends the record: a text in quotes may have several.
    private mutating func nextRecord() throws(StateError) -> [UInt8]? {
        guard var record = try nextPhysicalLine() else { return nil }
        while !Self.isBalanced(record), record.count <= ResultFile.lineLimit, let next = try nextPhysicalLine() {
            record.append(UInt8(ascii: "\n"))
            record += next
        }
        return record
    }

    private mutating func nextPhysicalLine() throws(StateError) -> [UInt8]? {
        while true {
            do throws(StateError) {
                return try lines.next()
            } catch {
                // Of a line that is too long only.
                guard error.code == .outOfRange else { throw error }
                faults.note(lines.count, error.message)
            }
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }

    private static func isBalanced(_ record: [UInt8]) -> Bool {
        var isOpen = false
        for byte in record where byte == UInt8(ascii: "\"") { isOpen.toggle() }
        return !isOpen
    }

    private static func text(_ line: [UInt8]) -> String {
        String(decoding: line.last == 0x0d ? line.dropLast() : line[...], as: UTF8.self)
    }

    /// What a cell says, in the spelling of Python or of JSON.
    private static func value(of cell: String) -> StateTree {
        switch cell {
        case "True", "true": return true
        case "False", "false": return false
        default: break
        }
        if let number = Int64(cell) { return .int(number) }
        if let number = Double(cell) { return .double(number) }
        if cell.utf8.first == UInt8(ascii: "[") || cell.utf8.first == UInt8(ascii: "{"),
            let tree = try? JSON.parse(fromPython: Array(cell.utf8))
        {
            return tree
        }
        return .string(cell)
    }
}
