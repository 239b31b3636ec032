import ReinCheckpoints
import ReinTestSupport

@testable import ReinTune

/// A loop of somebody's own: it climbs as `Climber` does, makes a checkpoint before it tells a result, and survives, with
/// its checkpoints, the experiments that it asks.
struct AskingLoop {
    /// How far a trial has climbed.
    struct Climb {
        var height = 0.0
        var n = 0
    }

    /// What trials are at that are out.
    private var out: [TrialID: (rate: Double, climb: Climb)] = [:]
    private var checkpoints: [TrialID: [Int: Climb]] = [:]
    /// How far each trial was judged, and from which checkpoint it went on then.
    private var reached: [TrialID: (n: Int, checkpoint: AskTellExperiment.Origin?)] = [:]
    private(set) var verdicts: [AskTellExperiment.Verdict] = []
    private(set) var takeOvers = 0
    /// The results that were told once more.
    private(set) var repeated = 0

    /// Begins with what is asked for again after a kill.
    mutating func forget() { out = [:] }

    /// Takes all trials that there are, and tells one result: that of the trial with the fewest.
    ///
    /// - Returns: whether there was one to tell.
    mutating func step(_ experiment: AskTellExperiment) throws -> Bool {
        while let trial = try experiment.ask() { try begin(trial, experiment) }
        let next = out.keys.min { (out[$0]?.climb.n ?? 0, $0.string) < (out[$1]?.climb.n ?? 0, $1.string) }
        guard let id = next, let result = climb(id) else { return false }
        let verdict = try experiment.tell(id, result)
        verdicts.append(verdict)
        reached[id]?.n = out[id]?.climb.n ?? 0
        if verdict.isLast { out[id] = nil }
        keep(experiment.checkpoints)
        return true
    }

    mutating func run(_ experiment: AskTellExperiment) throws {
        while try step(experiment) {}
    }

    private mutating func begin(_ trial: AskTellExperiment.Assignment, _ experiment: AskTellExperiment) throws {
        let climb = try trial.checkpoint.map { origin in
            guard let climb = checkpoints[origin.trial]?[origin.iteration] else {
                throw StateError(.notFound, "there is no checkpoint", path: "\(trial)")
            }
            return climb
        }
        out[trial.id] = (try StateReader(.map(trial.configuration)).double("rate"), climb ?? Climb())
        let old = reached[trial.id]
        if trial.takesOver, old?.checkpoint != trial.checkpoint {
            takeOvers += 1
            reached[trial.id] = (climb?.n ?? 0, trial.checkpoint)
        } else {
            reached[trial.id] = (old?.n ?? 0, trial.checkpoint)
        }
        // It goes back: what was judged comes again, and nobody judges it.
        while let end = reached[trial.id]?.n, let n = out[trial.id]?.climb.n, n < end,
            let result = self.climb(trial.id)
        {
            repeated += 1
            guard try experiment.tell(trial.id, result) == .goOn else {
                throw StateError(.malformed, "was judged again", path: "\(trial.id) \(n + 1)")
            }
        }
    }

    /// Deletes all checkpoints but some.
    private mutating func keep(_ origins: [AskTellExperiment.Origin]) {
        let all = checkpoints
        checkpoints = [:]
        for origin in origins {
            checkpoints[origin.trial, default: [:]][origin.iteration] = all[origin.trial]?[origin.iteration]
        }
    }

    private mutating func climb(_ id: TrialID) -> StateMap? {
        guard var trial = out[id] else { return nil }
        trial.climb.n += 1
        trial.climb.height += trial.rate
        out[id] = trial
        checkpoints[id, default: [:]][trial.climb.n] = trial.climb
        return ["height": .double(trial.climb.height)]
    }
}
