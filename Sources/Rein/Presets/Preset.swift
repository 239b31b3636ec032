public import ReinCheckpoints

/// Published settings for a task, with the return that they were published with.
///
///     let preset = try Preset.named("zoo/CartPole-v1", algorithm: "DQN")
///     let configuration = try DQN.Configuration(overlaying: preset.settings)
public struct Preset: Sendable {
    /// A result that others published.
    public struct Reference: Sendable, Hashable {
        /// The mean return.
        public let mean: Double
        /// Its standard deviation, over episodes or runs as the source has it.
        public let deviation: Double?
        /// Where it was published.
        public let source: String
    }

    /// The name, as source/environment without a scheme; several methods may share it.
    public let name: String
    /// The name of the method.
    public let algorithm: String
    /// The id of the environment.
    public let environment: String
    /// The number of environment steps to train for.
    public let steps: Int
    /// The settings of the method, every key present.
    public let settings: StateTree
    /// What the source reports for these settings, if it does.
    public let reference: Reference?

    init<Configuration: AlgorithmConfiguration>(
        _ source: String, _ environment: String, algorithm: String, steps: Int, _ reference: Reference?,
        _ configuration: Configuration, _ change: (inout Configuration) -> Void
    ) {
        name = "\(source)/\(environment.split(separator: ":").last ?? "")"
        self.algorithm = algorithm
        self.environment = environment
        self.steps = steps
        self.reference = reference
        settings = configuration.with(change).tree
    }

    /// All presets, by method and then by name.
    public static let all: [Preset] = ppo + dqn + sac

    /// The preset of a name for a method, in upper or lower case.
    ///
    /// - Throws: `StateError` with `.notFound` that says which methods a preset of this name is for, or names the nearest
    ///   one and those there are.
    public static func named(_ name: String, algorithm: String) throws(StateError) -> Preset {
        let method = algorithm.uppercased()
        let candidates = all.filter { $0.algorithm.uppercased() == method }
        if let preset = candidates.first(where: { $0.name == name }) { return preset }
        let names = candidates.map(\.name)
        let listing =
            names.isEmpty ? "there are none for \(method)" : "for \(method) there are \(names.joined(separator: ", "))"
        let others = all.filter { $0.name == name }.map(\.algorithm)
        guard others.isEmpty else {
            throw StateError(
                .notFound,
                "preset \"\(name)\" is for \(others.joined(separator: " and ")), not for \(method); \(listing)")
        }
        throw StateError(
            .notFound,
            unknownName(
                "there is no preset \"\(name.shortened)\"", nearest: nearestName(to: name, in: names), rest: listing))
    }
}
