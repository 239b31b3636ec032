public import ReinCheckpoints

/// How a trial of population-based training came to its settings, read from its file.
public struct PopulationPolicy: Sendable, Equatable {
    /// A change of settings.
    public struct Change: Sendable, Equatable {
        /// The iteration from which on they are others.
        public var iteration: Int
        /// The settings from then on.
        public var configuration: StateMap
    }

    /// The settings at the beginning; nil when nothing was written down.
    public var configuration: StateMap?
    /// The changes, the first first.
    public var changes: [Change] = []

    /// Reads a file: the last line tells the last change, and of those before only the ones count that the trial took over
    /// with the weights.
    ///
    /// - Throws: `StateError` with the number of the line that is none.
    public init(_ text: String) throws(StateError) {
        var lines: [Line] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            do { lines.append(try Line(line)) } catch { throw error.nested(under: "line \(index + 1)") }
        }
        var donorTag: String?
        for line in lines.reversed() {
            // What stands before was replaced by what was taken over later.
            if let donorTag, line.targetTag != donorTag { break }
            donorTag = line.donorTag
            configuration = line.donorConfiguration
            changes.append(Change(iteration: line.donorIteration, configuration: line.configuration))
        }
        changes.reverse()
    }

    private struct Line {
        let targetTag: String
        let donorTag: String
        let donorIteration: Int
        let donorConfiguration: StateMap
        let configuration: StateMap

        init(_ text: Substring) throws(StateError) {
            let entries = try StateReader(JSON.parse(fromPython: Array(text.utf8))).list()
            guard entries.count == 6 else {
                throw StateError(.malformed, "expected a list of 6 entries, found \(entries.count)")
            }
            targetTag = try entries[0].string()
            donorTag = try entries[1].string()
            _ = try entries[2].int()
            donorIteration = try entries[3].int()
            donorConfiguration = try entries[4].settings()
            configuration = try entries[5].settings()
        }
    }
}
