import ReinCheckpoints
import ReinTune

/// A walk whose steps follow from the seed, in values alone.
struct Walk: StatefulTrainable, Resettable, Cleaning, Exporting, ResourceRequesting {
    private var seed: Int
    private let settings: StateReader
    private(set) var position = 0.0
    private(set) var steps = 0

    init(configuration: StateMap, context: TrainableContext) throws {
        settings = StateReader(.map(configuration))
        seed = try settings.int("seed")
        if seed == settings.optionalChild("refused").flatMap({ try? $0.int() }) {
            throw StateError(.outOfRange, "is refused", path: "seed")
        }
    }

    private func isThis(_ key: String) throws -> Bool {
        guard let pair = try settings.optionalChild(key)?.list().map({ try $0.int() }) else { return false }
        return pair == [seed, steps]
    }

    mutating func step() throws -> StepResult {
        if try isThis("cancelledAfter") {
            withUnsafeCurrentTask { $0?.cancel() }
        }
        steps += 1
        if try isThis("failing") { throw StateError(.malformed, "has slipped", path: "step") }
        position += Double((seed * 7 + steps * steps) % 11)
        var metrics: StateMap = [
            "position": .double(position), "steps": .int(Int64(steps)), "name": .string("walk \(seed)"),
            "inner": ["square": .double(position * position), "text": "a"], "flag": true,
        ]
        if seed.isMultiple(of: 2) { metrics["even"] = 1 }
        if try isThis("nan") { metrics["position"] = .double(.nan) }
        let last = try settings.optionalChild("last")?.int() ?? 1_000
        return StepResult(
            metrics, done: steps >= last + seed, shouldCheckpoint: try isThis("saving"),
            timestepsThisIteration: seed + 1, episodesThisIteration: steps)
    }

    var state: StateMap { ["position": .double(position), "steps": .int(Int64(steps))] }

    mutating func load(_ state: StateReader) throws {
        if settings.optionalChild("forgetful") == nil { position = try state.double("position") }
        steps = try state.int("steps")
    }

    mutating func reset(configuration: StateMap, context: TrainableContext) throws {
        self = try Walk(configuration: configuration, context: context)
    }

    mutating func cleanUp() throws {
        if try isThis("dirty") { throw StateError(.inUse, "stays") }
    }

    func exportModel(formats: [String], to directory: String) throws -> [String: String] {
        var paths: [String: String] = [:]
        for format in formats { paths[format] = "\(directory)/\(format)" }
        return paths
    }

    static func defaultResourceRequest(for configuration: StateMap) throws -> PlacementGroup? {
        try PlacementGroup(cpus: Double(StateReader(.map(configuration)).optionalChild("cpus")?.int() ?? 1))
    }

    /// The results of the first steps of a walk by itself.
    static func alone(_ configuration: StateMap, steps: Int) async throws -> [TrainableResult] {
        let driver = try await TrainableDriver(Walk.self, configuration: configuration)
        var results: [TrainableResult] = []
        for _ in 0..<steps { results.append(try await driver.train()) }
        return results
    }
}
