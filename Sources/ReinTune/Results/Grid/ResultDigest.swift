import ReinCheckpoints

/// The number of results in a file, and the last of them.
struct ResultDigest {
    /// The number of results.
    private(set) var count = 0
    /// The last one that can be read; nil when there is none.
    private(set) var last: StateMap?

    /// Counts the results of a file. Only the last one is read.
    init(of file: ResultFile, _ warnings: inout [String]) {
        do throws(StateError) {
            var reader = try ResultReader(file)
            var newest: [[UInt8]] = []
            while let line = try reader.nextLine() {
                // One more, should the last one say nothing.
                if newest.count == 2 { newest.removeFirst() }
                newest.append(line)
            }
            count = reader.rowCount
            while last == nil, let line = newest.popLast() { last = reader.result(in: line) }
            if let warning = reader.faults.warning(file.path) { warnings.append(warning) }
        } catch {
            warnings.append("\(error)")
        }
    }
}
