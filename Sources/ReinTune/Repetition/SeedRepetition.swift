import ReinCheckpoints

/// How a trainable is repeated.
struct SeedRepetition: Sendable {
    /// The number of seeds.
    let count: Int
    /// The setting that is the seed.
    let key: String
    /// What metrics are made into.
    let summary: ScoreSummary
    /// The first seed where the settings have none.
    let firstSeed: Int

    /// What the folder of a seed is called, in the trainable's folder and in its checkpoints.
    static func folderName(_ index: Int) -> String { "seed_\(index)" }

    /// The settings with each of the seeds.
    ///
    /// - Throws: `StateError` for a seed that is no whole number, or too large to count on from.
    func configurations(_ configuration: StateMap) throws(StateError) -> [StateMap] {
        let seed = StateReader(.map(configuration)).optionalChild(key)
        let first = try seed?.int() ?? firstSeed
        var all: [StateMap] = []
        for index in 0..<count {
            let (sum, isTooLarge) = first.addingReportingOverflow(index)
            guard !isTooLarge else {
                throw StateError(.outOfRange, "there are no \(count) seeds from \(first) on", path: key)
            }
            var own = configuration
            own[key] = .int(Int64(sum))
            all.append(own)
        }
        return all
    }

    /// Where the trainable of a seed runs: in a folder of its own, and with no records or uploads but those of the
    /// whole.
    func context(_ index: Int, in context: TrainableContext) -> TrainableContext {
        var own = context
        own.folder = context.folder.map { "\($0)/\(Self.folderName(index))" }
        own.remoteFolder = nil
        own.logsResults = false
        return own
    }

    /// Makes the trainables of all seeds.
    ///
    /// - Throws: what they throw, with the seed; none is then left.
    func makeMembers(
        of definition: TrainableDefinition, _ configuration: StateMap, _ context: TrainableContext
    ) async throws -> [TrainableDriver] {
        var members: [TrainableDriver] = []
        do {
            for (index, own) in try configurations(configuration).enumerated() {
                members.append(
                    try await naming(own) {
                        try await TrainableDriver(
                            definition, configuration: own, context: self.context(index, in: context))
                    })
            }
        } catch {
            for member in members { try? await member.stop() }
            throw error
        }
        return members
    }

    /// Does something for one seed, so that errors name it.
    ///
    /// - Throws: `CancellationError` as it is, and `StateError` for any other error.
    func naming<Result>(_ configuration: StateMap, _ body: () async throws -> Result) async throws -> Result {
        do { return try await body() } catch let error as CancellationError {
            throw error
        } catch {
            var place = key
            if case .int(let seed)? = configuration[key] { place = "\(key) \(seed)" }
            guard let error = error as? StateError else {
                throw StateError(.unavailable, "has failed: \(error)", path: place)
            }
            throw StateError(error.code, error.message, path: error.path.isEmpty ? place : "\(place): \(error.path)")
        }
    }
}
