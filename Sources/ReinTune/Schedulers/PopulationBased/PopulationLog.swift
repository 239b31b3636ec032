public import ReinCheckpoints

/// Who took over from whom in population-based training, as Ray writes it down: all of it in one file, and for each trial
/// how it came to its settings, which `PopulationBasedTrainingReplay` can repeat.
///
/// The file of a trial begins with what stood in that of the other one when it took over from it.
public struct PopulationLog: Sendable, Equatable {
    /// A trial took over from another one.
    public struct Entry: Sendable, Equatable {
        /// The trial that took over.
        public var target: TrialID
        /// The trial that it took over from.
        public var donor: TrialID
        /// The tag that the trial was made with.
        public var targetTag: String
        /// The tag that the other one was made with.
        public var donorTag: String
        /// The iteration of the trial's result before the one that decided it.
        public var targetIteration: Int
        /// The same for the other one.
        public var donorIteration: Int
        /// The settings of the other one.
        public var donorConfiguration: StateMap
        /// The settings that the trial goes on with.
        public var configuration: StateMap

        /// The line of the files, a JSON array, without its end.
        public var line: String {
            JSON.text([
                .string(targetTag), .string(donorTag), .int(Int64(targetIteration)), .int(Int64(donorIteration)),
                .map(donorConfiguration), .map(configuration),
            ])
        }
    }

    /// The name of the file of all.
    public static let fileName = "pbt_global.txt"

    /// The name of the file of one trial.
    public static func fileName(of id: TrialID) -> String { "pbt_policy_\(id).txt" }

    /// Everything that was noted, the oldest first.
    public private(set) var entries: [Entry] = []
    /// The entry whose line stands before that of each entry in the file of a trial.
    private var earlier: [Int?] = []
    /// The last entry in the file of each trial.
    private var last: [TrialID: Int] = [:]

    /// Makes a log without entries.
    public init() {}

    /// Adds an entry.
    mutating func append(_ entry: Entry) {
        // The other one's file replaces that of the trial, if there is one.
        earlier.append(last[entry.donor] ?? last[entry.target])
        last[entry.target] = entries.count
        entries.append(entry)
    }

    /// What stands in the file of all.
    public var text: String { entries.map { $0.line + "\n" }.joined() }

    /// The trials that have a file of their own, in the order of their names.
    public var trials: [TrialID] { last.keys.sorted(byBytesOf: \.string) }

    /// What stands in the file of a trial; nil when it has none.
    public func text(of id: TrialID) -> String? {
        guard var index = last[id] else { return nil }
        var lines = [entries[index].line]
        while let before = earlier[index] {
            lines.append(entries[before].line)
            index = before
        }
        return lines.reversed().map { $0 + "\n" }.joined()
    }
}

extension PopulationLog {
    /// What is written down.
    var state: StateTree {
        .list(
            entries.map { entry in
                [
                    "target": .string(entry.target.string), "donor": .string(entry.donor.string),
                    "target_tag": .string(entry.targetTag), "donor_tag": .string(entry.donorTag),
                    "target_iteration": .int(Int64(entry.targetIteration)),
                    "donor_iteration": .int(Int64(entry.donorIteration)),
                    "donor_configuration": .map(entry.donorConfiguration), "configuration": .map(entry.configuration),
                ]
            })
    }

    /// Reads what `state` gave.
    ///
    /// - Throws: `StateError` that names the entry that is missing or wrong.
    init(_ state: StateReader) throws(StateError) {
        for entry in try state.list() {
            append(
                Entry(
                    target: TrialID(try entry.string("target")), donor: TrialID(try entry.string("donor")),
                    targetTag: try entry.string("target_tag"), donorTag: try entry.string("donor_tag"),
                    targetIteration: try entry.int("target_iteration"),
                    donorIteration: try entry.int("donor_iteration"),
                    donorConfiguration: try entry.child("donor_configuration").settings(),
                    configuration: try entry.child("configuration").settings()))
        }
    }
}

extension StateReader {
    /// The map at this place.
    func settings() throws(StateError) -> StateMap {
        guard case .map(let map) = tree else { throw error(.wrongType, "expected a map, found \(tree.summary)") }
        return map
    }
}
