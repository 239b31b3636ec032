/// Measures what a trainable's driver takes beside the trainable: a step, a report, a checkpoint that is kept, and the
/// ways of a checkpoint between its faces. Medians of nine runs with the extremes.
///
///     swift run -c release TrainableBenchmarks [steps|saves|faces]
///
/// Files go to the directory for temporary files, which `TMPDIR` names.
@main
struct TrainableBenchmarks {
    static func main() async throws {
        let wanted = Set(CommandLine.arguments.dropFirst())
        if wanted.isEmpty || wanted.contains("steps") { try await Steps.measure() }
        if wanted.isEmpty || wanted.contains("saves") { try await Saves.measure() }
        if wanted.isEmpty || wanted.contains("faces") { try Faces.measure() }
    }

    /// The middle of numbers, with the extremes, to be printed.
    static func text(_ numbers: [Double], digits: Int = 2) -> String {
        let sorted = numbers.sorted()
        func text(_ value: Double) -> String {
            let factor = [1.0, 10, 100, 1000][digits]
            return "\((value * factor).rounded() / factor)"
        }
        return "\(text(sorted[sorted.count / 2])) [\(text(sorted[0]))..\(text(sorted[sorted.count - 1]))]"
    }
}
