import ReinTune

/// Measures what a search costs beside what is trained: whole experiments of trials that do nothing, the decisions of one
/// with many trials, and the thoughts of a searcher.
///
///     swift run -c release TunerBenchmarks [experiments|decisions|searchers]
///
/// Files go to the directory for temporary files, which `TMPDIR` names.
@main
struct TunerBenchmarks {
    static func main() async throws {
        if try await TrialWorker.runIfStarted([TrainableDefinition(Experiments.Nothing.self)]) { return }
        let wanted = Set(CommandLine.arguments.dropFirst())
        if wanted.isEmpty || wanted.contains("experiments") { try await Experiments.measure() }
        if wanted.isEmpty || wanted.contains("decisions") { try await Decisions.measure() }
        if wanted.isEmpty || wanted.contains("searchers") { try Searchers.measure() }
    }

    /// The middle of numbers, with the extremes, to be printed.
    static func text(_ numbers: [Double], digits: Int = 3) -> String {
        let sorted = numbers.sorted()
        func text(_ value: Double) -> String {
            let factor = [1.0, 10, 100, 1000][digits]
            return "\((value * factor).rounded() / factor)"
        }
        return "\(text(sorted[sorted.count / 2])) [\(text(sorted[0]))..\(text(sorted[sorted.count - 1]))]"
    }

    /// The seconds that something takes.
    static func seconds<Result>(_ body: () async throws -> Result) async rethrows -> (seconds: Double, result: Result) {
        let start = ContinuousClock.now
        let result = try await body()
        return ((ContinuousClock.now - start) / .seconds(1), result)
    }
}
