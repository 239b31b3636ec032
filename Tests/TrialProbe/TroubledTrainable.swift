import ReinCheckpoints
import ReinTune
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Counts, reports what its settings say, and gets into the trouble that they name: in its making (`init`), in a step
/// (`step`, in that with the number `at`), when it is saved (`save`), reset (`reset`) or stopped (`cleanUp`).
final class TroubledTrainable: StatefulTrainable, Resettable, Cleaning {
    private static let made = Atomic(0)

    private var settings: StateMap
    private var context: TrainableContext
    private var count = 0

    init(configuration: StateMap, context: TrainableContext) async throws {
        settings = configuration
        self.context = context
        Self.made.wrappingAdd(1, ordering: .relaxed)
        try trouble("init")
    }

    func step() async throws -> StepResult {
        count += 1
        if (settings["at"] ?? 1) == .int(Int64(count)) { try trouble("step") }
        var metrics: StateMap = [
            "count": .int(Int64(count)), "made": .int(Int64(Self.made.load(ordering: .relaxed))),
            "shared": .int(Int64(try context.parameters.value("shared", as: Int.self))),
            "trial": .string("\(context.trialID) \(context.trialName) \(context.experimentName ?? "")"),
            "resources": context.resources?.tree ?? .null, "folder": context.folder.map { .string($0) } ?? .null,
            "remote": context.remoteFolder.map { .string($0.description) } ?? .null,
        ]
        if settings["streams"] == true {
            metrics["streams"] = .int(Int64(Streams.count()))
            metrics["streamsOfChild"] = .int(Int64(try Streams.countInChild()))
        }
        if case .map(let more)? = settings["metrics"] {
            for (key, value) in more.entries { metrics[key] = value }
        }
        return StepResult(metrics, done: settings["done"] == true, shouldCheckpoint: settings["saves"] == true)
    }

    var state: StateMap {
        get throws {
            try trouble("save")
            return ["count": .int(Int64(count))]
        }
    }

    func load(_ state: StateReader) async throws { count = try state.int("count") }

    func reset(configuration: StateMap, context: TrainableContext) async throws {
        try trouble("reset")
        (settings, self.context, count) = (configuration, context, 0)
    }

    func cleanUp() async throws { try trouble("cleanUp") }

    private func trouble(_ place: String) throws {
        guard case .string(let kind)? = settings[place] else { return }
        var folder: String?
        if case .string(let path)? = settings["folder"] { folder = path }
        try Trouble(kind, folder: folder).begin()
    }
}
