import Rein

/// What people who come from RLlib, or go there, should know of a checkpoint: on standard error, a line each.
enum RLlibNotice {
    /// Says what RLlib will not open, and what training will go on without.
    ///
    /// - Parameter path: a checkpoint that has been written.
    /// - Throws: `StateError` when the checkpoint cannot be read.
    static func write(about path: String) throws {
        let checkpoint = try CheckpointDirectory(opening: path)
        for line in try lines(for: checkpoint) { try StandardStream.error.writeLine(line) }
    }

    private static func lines(for checkpoint: CheckpointDirectory) throws -> [String] {
        let isAlone = checkpoint.kind == .policy
        let ids: [PolicyID?] = isAlone ? [nil] : try checkpoint.policyIDs
        let writesRLlib = checkpoint.format == .msgpack
        let files = isAlone || !writesRLlib ? RLlibFiles() : RLlibFiles(algorithm: try checkpoint.restorableAlgorithm())
        var lines: [String] = []
        var departures: [RLlibDeparture] = []
        for id in ids {
            let state = try checkpoint.restorablePolicy(id)
            departures += try Policy(restoring: state).rllibDepartures
            guard writesRLlib, let problem = files.problem(ofPolicy: state, id: id) else { continue }
            lines.append(line(about: id, problem))
        }
        if writesRLlib, !isAlone,
            let problem = try files.problem(
                ofAlgorithm: checkpoint.policyIDs,
                policyState: { id throws(StateError) in try checkpoint.restorablePolicy(id) })
        {
            lines.append("RLlib will not load the algorithm: \(problem)")
        }
        return lines + RLlibDeparture.unique(departures).map(\.description)
    }

    /// The same for a run that is about to begin.
    ///
    /// - Parameter format: the format of its checkpoints.
    static func lines(for trainer: any Trainer, format: CheckpointFormat?) -> [String] {
        let problems = format == .msgpack ? trainer.rllibProblems.map { line(about: $0.id, $0.problem) } : []
        return problems + trainer.rllibDepartures.map(\.description)
    }

    private static func line(about id: PolicyID?, _ problem: String) -> String {
        let name = id.map { "policy \"\($0)\"" } ?? "the policy"
        return "RLlib will not open \(name): \(problem)"
    }
}
