import Rein

/// What the results of a run that goes on tell of its evaluations.
struct RecordedEvaluations {
    /// The evaluations.
    private(set) var history = EvaluationHistory()
    /// The result of the last iteration that counts when it has no evaluation; nil otherwise.
    private(set) var lastWithout: StateTree?

    /// Nothing.
    init() {}

    /// Reads the results of a run up to an iteration. Lines that say nothing are passed over: whoever goes on with the
    /// run repairs them, and says so.
    init(of run: RunDirectory, upTo iteration: Int) {
        guard var reader = try? LineReader(opening: run.resultPath, limit: LineFile.lineLimit) else { return }
        while true {
            let line: [UInt8]?
            do { line = try reader.next() } catch {
                guard error.code == .outOfRange else { return }
                continue
            }
            guard let line else { return }
            guard reader.isWhole, let tree = try? JSON.parse(line) else { continue }
            read(tree, upTo: iteration)
        }
    }

    private mutating func read(_ tree: StateTree, upTo iteration: Int) {
        let result = StateReader(tree)
        guard let number = try? result.int("iteration"), number <= iteration else { return }
        if let mean = try? result.optionalChild("evaluation")?.double("returnMean") {
            history.append(mean: mean)
        } else if number == iteration, result.optionalChild("evaluation") == nil {
            lastWithout = tree
        }
    }
}
