import Foundation
import ReinCheckpoints
import ReinTune
import Synchronization

/// Gets better by its rate with every step; fails, ends and sleeps when its settings say so.
struct Climber: StatefulTrainable, Resettable {
    private var configuration: StateMap
    private let log: StepLog?
    private let trial: String
    private(set) var height = 0.0
    private(set) var n = 0

    /// The steps that were made, of all climbers.
    final class StepLog: Sendable {
        private let steps = Mutex<[String]>([])
        private let failed = Mutex<Set<String>>([])
        private let observe: @Sendable (_ count: Int) -> Void

        /// Makes one.
        ///
        /// - Parameter observe: is called in each step with the number of steps so far; the step takes as long as it does.
        init(observing observe: @escaping @Sendable (_ count: Int) -> Void = { _ in }) { self.observe = observe }

        var all: [String] { steps.withLock { $0 } }

        func append(_ text: String) {
            let count = steps.withLock { steps in
                steps.append(text)
                return steps.count
            }
            observe(count)
        }

        /// Whether something fails for the first time.
        func isFirst(_ name: String) -> Bool { failed.withLock { $0.insert(name).inserted } }
    }

    init(configuration: StateMap, context: TrainableContext) throws {
        if configuration["fails"] == "init" { throw StateError(.outOfRange, "cannot be made") }
        self.configuration = configuration
        trial = context.trialID
        log = context.parameters.names.contains("log") ? try context.parameters.value("log") : nil
    }

    mutating func step() throws -> StepResult {
        let reader = StateReader(.map(configuration), path: "configuration")
        if configuration["fails"] == .int(Int64(n + 1)), log?.isFirst(trial) ?? true {
            throw StateError(.outOfRange, "planned")
        }
        if let seconds = try reader.optionalChild("seconds")?.double() { Thread.sleep(forTimeInterval: seconds) }
        n += 1
        height += try reader.optionalChild("rate")?.double() ?? 1
        log?.append("\(trial) \(n)")
        return StepResult(
            ["height": .double(height), "n": .int(Int64(n))], done: configuration["ends"] == .int(Int64(n)))
    }

    var state: StateMap { ["height": .double(height), "n": .int(Int64(n))] }

    mutating func load(_ state: StateReader) throws {
        if configuration["fails"] == "load" { throw StateError(.malformed, "cannot be loaded") }
        (height, n) = (try state.child("height").double(), try state.child("n").int())
    }

    mutating func reset(configuration: StateMap, context: TrainableContext) throws {
        self = try Climber(configuration: configuration, context: context)
    }
}

/// What is in an experiment's folder.
struct ExperimentContents {
    let folder: String

    /// The names of the folders of trials.
    var trials: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder)
                .filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)/result.json") }.sorted()
        }
    }

    /// The numbers of one trial's results.
    func numbers(_ trial: String, _ key: String = "training_iteration") throws -> [Int] {
        try rows(in: "\(folder)/\(trial)").map { try $0.int(key) }
    }

    /// The checkpoints of a trial.
    func checkpoints(_ trial: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(trial)")
            .filter { $0.hasPrefix("checkpoint_") }.sorted()
    }
}
