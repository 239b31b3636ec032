import ReinCheckpoints

/// The file that has the results of a trial: `result.json` with one object a line, or `progress.csv` where there is none.
struct ResultFile: Sendable, Equatable {
    /// Its path.
    let path: String
    /// Whether it is a table of comma-separated values.
    let isTable: Bool

    /// The name of the file of objects.
    static let objectsName = "result.json"
    /// The name of the table.
    static let tableName = "progress.csv"
    /// The largest number of bytes of a result: 16 MB.
    static let lineLimit = 1 << 24

    /// Calls `body` with one result after the other until it says that it has enough.
    ///
    /// - Parameters:
    ///   - warnings: gets what a person should know.
    ///   - isWanted: whether the result of a row, counted from 0, is to be read at all.
    ///   - body: gets the row and the result, and says whether to go on.
    func forEachResult(
        _ warnings: inout [String], where isWanted: (Int) -> Bool = { _ in true },
        _ body: (_ row: Int, _ result: StateMap) -> Bool
    ) {
        do throws(StateError) {
            var reader = try ResultReader(self)
            while let line = try reader.nextLine() {
                let row = reader.rowCount - 1
                guard isWanted(row), let result = reader.result(in: line) else { continue }
                guard body(row, result) else { return }
            }
            if let warning = reader.faults.warning(path) { warnings.append(warning) }
        } catch {
            warnings.append("\(error)")
        }
    }
}

extension StateMap {
    /// A result without the settings that came with it.
    var withoutConfiguration: StateMap {
        guard self[MetricName.configuration] != nil else { return self }
        var map = self
        map[MetricName.configuration] = nil
        return map
    }

    /// The settings that a result came with.
    var resultConfiguration: StateMap? {
        guard case .map(let map)? = self[MetricName.configuration] else { return nil }
        return map
    }

    /// The number of a metric, truth values being 0 and 1; nil where there is none, or something that is no number.
    func number(ofMetric name: String) -> Double? {
        let value = self[name] ?? StateTree.map(self).metric(name)
        switch value {
        case .double(let number)?: return number
        case .int(let number)?: return Double(number)
        case .bool(let truth)?: return truth ? 1 : 0
        default: return nil
        }
    }

    /// The whole number of a metric; nil where there is none.
    func count(ofMetric name: String) -> Int? { number(ofMetric: name).flatMap { Int(exactly: $0) } }
}
