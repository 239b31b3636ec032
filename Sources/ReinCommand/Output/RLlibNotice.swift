import Rein

/// What people who come from RLlib, or go there, should know of a checkpoint: on standard error, a line each.
enum RLlibNotice {
    /// Says what RLlib will not open of a checkpoint that has been written, and what training will go on without.
    ///
    /// - Throws: as `StandardStream.write`.
    static func write(_ report: RLlibReport) throws {
        for (id, problem) in report.problems { try StandardStream.error.writeLine(line(about: id, problem)) }
        if let problem = report.algorithmProblem {
            try StandardStream.error.writeLine("RLlib will not load the algorithm: \(problem)")
        }
        for departure in report.departures { try StandardStream.error.writeLine(departure.description) }
    }

    /// The lines for a run that is about to begin.
    ///
    /// - Parameter format: the format of its checkpoints.
    static func lines(for algorithm: AnyAlgorithm, format: CheckpointFormat?) -> [String] {
        let problems = format == .msgpack ? algorithm.rllibProblems.map { line(about: $0.id, $0.problem) } : []
        return problems + algorithm.rllibDepartures.map(\.description)
    }

    private static func line(about id: PolicyID?, _ problem: String) -> String {
        let name = id.map { "policy \"\($0)\"" } ?? "the policy"
        return "RLlib will not open \(name): \(problem)"
    }
}
