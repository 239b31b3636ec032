import Rein

/// Which of the checkpoints that a run made stay.
struct RunRetention {
    private let key: String?
    private var ranking: CheckpointRanking
    private var hasWarned = false

    /// Goes on with what a run's status notes.
    ///
    /// - Parameters:
    ///   - kept: the notes; those without a checkpoint go. They get scores by another key when the rule has another.
    ///   - earlier: the key that their scores are by.
    ///   - surplus: gets the names of those that the rule does not keep.
    /// - Throws: `StateError` when the directory cannot be looked at.
    init(
        _ rule: KeepRule, in run: RunDirectory, _ kept: inout [KeptCheckpoint], scoredBy earlier: String?,
        surplus: inout [String]
    ) throws(StateError) {
        key = rule.key
        ranking = CheckpointRanking(try rule.config)
        var present: [KeptCheckpoint] = []
        for note in kept where try LocalFile.isDirectory(run.path(ofCheckpoint: note.name)) { present.append(note) }
        if let key, key != earlier {
            let scores = Self.values(of: key, after: Set(present.compactMap(\.iteration)), in: run)
            for index in present.indices {
                present[index].score = present[index].iteration.flatMap { scores[$0] } ?? .null
            }
        }
        kept = present
        for note in present.sorted(byNumber: { $0.index ?? 0 }) {
            surplus += add(note, to: &kept)
        }
        // Said when it was made.
        hasWarned = ranking.problem != nil
    }

    /// Counts a checkpoint that is complete and noted.
    ///
    /// - Parameter kept: the notes, from which those go that stay no longer.
    /// - Returns: the names of these.
    mutating func add(_ note: KeptCheckpoint, to kept: inout [KeptCheckpoint]) -> [String] {
        guard let index = note.index, !ranking.contains(index) else { return [] }
        let removed = ranking.register(index, metrics: key.map { .map([$0: note.score]) } ?? [:])
            .map { CheckpointName.name($0) }
        kept.removeAll { removed.contains($0.name) }
        return removed
    }

    /// What a person should know, once.
    mutating func takeWarning() -> String? {
        guard !hasWarned, let problem = ranking.problem else { return nil }
        hasWarned = true
        return problem
    }

    /// The values of a key in the results of some iterations, as far as they can be read.
    private static func values(of key: String, after iterations: Set<Int>, in run: RunDirectory) -> [Int: StateTree] {
        var values: [Int: StateTree] = [:]
        guard !iterations.isEmpty, var reader = try? LineReader(opening: run.resultPath, limit: LineFile.lineLimit)
        else {
            return values
        }
        while let line = try? reader.next() {
            guard let row = try? JSON.parse(line), let iteration = try? StateReader(row).int("iteration"),
                iterations.contains(iteration)
            else { continue }
            values[iteration] = row.metric(key)
        }
        return values
    }
}
