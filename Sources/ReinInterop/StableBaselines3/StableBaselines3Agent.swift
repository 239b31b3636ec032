public import ReinCheckpoints
import ReinNetworks
public import ReinPolicies
import ReinSpaces

/// An agent of Stable-Baselines3 that can act: what `model.save` wrote, read without Python.
///
///     let agent = try StableBaselines3Agent(opening: "ppo_cartpole.zip")
///     let action = agent.policy.action(for: observation)
///
/// Agents with a `MlpPolicy` of the algorithms in `Method` are read, saved by Stable-Baselines3 1.x or 2.x. The actions
/// are those of `model.predict(observation, deterministic=True)`.
///
/// The file holds pickles, which are programs. They are not run: only names and operations on a list are let in, and
/// what they would make is written down as data. A file from anywhere can be opened.
public struct StableBaselines3Agent: Sendable {
    /// How the rows that the policy reads are made from the environment's observations.
    public enum ObservationEncoding: Sendable, Hashable {
        /// The numbers of the observation, row-major.
        case numbers
        /// The observation is an index for each of `counts`, counted from 0; the row has, for each, as many elements as
        /// there are choices, 1 at the index and 0 elsewhere.
        case oneHot(counts: [Int])
    }

    /// The algorithm that trained the agent.
    public let method: Method
    /// The version of Stable-Baselines3 that saved the agent; nil when the file does not say.
    public let version: String?
    /// The policy, with its spaces and normaliser.
    ///
    /// The value network of an actor-critic, such as PPO's, is part of it when its own hidden layers have the widths of
    /// the policy's; otherwise, and for target networks and critics of the other algorithms, `policy.network` has no
    /// value network.
    public let policy: Policy
    /// How rows are made from observations.
    public let observationEncoding: ObservationEncoding
    /// The numbers, truth values and texts among the agent's attributes by Stable-Baselines3's names, such as `gamma`
    /// and `n_steps`. Those that are functions or objects, as schedules are, are missing.
    public let hyperparameters: StateMap

    /// Whether the value network of an actor-critic was restored with the policy; see `policy`.
    public var hasValueNetwork: Bool { policy.network.value != nil }

    /// Opens an agent.
    ///
    /// - Parameters:
    ///   - path: the zip file.
    ///   - normalization: the file that `VecNormalize.save` wrote during the same training, if there was one; the policy
    ///     then reads raw observations.
    /// - Throws: `StateError` that names the entry, and the tensor, attribute, or byte of a pickle: when a file is
    ///   damaged, is no such agent, or holds something that is not let in.
    public init(opening path: String, normalization: String? = nil) throws(StateError) {
        let archive = try ZipArchive(opening: path)
        let statistics: StableBaselines3Normalization? =
            if let normalization { try StableBaselines3Normalization(opening: normalization) } else { nil }
        do { try self.init(archive, statistics) } catch { throw error.nested(under: path) }
    }

    /// Reads an agent from an open archive; errors do not name its file.
    init(_ archive: ZipArchive, _ normalization: StableBaselines3Normalization? = nil) throws(StateError) {
        let archive = try AgentArchive(archive)
        let method = try Method(archive)
        let data = StateReader(.map(archive.data), path: "data")
        let observations = try AgentSpaces.observations(
            try archive.requiredPickle("observation_space", globals: StableBaselines3Globals.spaces))
        let actionSpace = try AgentSpaces.actions(
            try archive.requiredPickle("action_space", globals: StableBaselines3Globals.spaces))
        let pickledArguments = try archive.pickle("policy_kwargs", globals: StableBaselines3Globals.policyArguments)
        let arguments: StateReader =
            if let pickledArguments {
                StateReader(try pickledArguments.tree(), path: "data/policy_kwargs")
            } else { try data.child("policy_kwargs") }
        let interval = try data.optionalChild("sde_sample_freq")?.int() ?? -1
        let usesStateDependence = try data.optionalChild("use_sde")?.bool() ?? false
        let kind = method.policyKind
        let isStateDependent = usesStateDependence && (kind == .actorCritic || kind == .softActor)
        let tensors = try archive.tensors()
        let form = AgentNetwork.Form(
            inputs: observations.space.count, actionSpace: actionSpace,
            arguments: try PolicyArguments(
                arguments, kind: kind, isStateDependent: isStateDependent,
                sharesLayers: AgentNetwork.sharesLayers(tensors)),
            isStateDependent: isStateDependent, noiseInterval: interval > 0 ? interval : nil)
        let network: AgentNetwork
        do { network = try AgentNetwork(kind, form, tensors) } catch {
            throw error.path.hasPrefix("data/") ? error : error.nested(under: "policy.pth")
        }
        if normalization != nil, observations.encoding != .numbers {
            throw StateError(.wrongType, "indices cannot be normalised", path: "data/observation_space")
        }
        var policy = try Policy(
            observationSpace: observations.space, actionSpace: actionSpace, distribution: network.distribution,
            network: network.network, observationNormalizer: normalization?.observationNormalizer,
            rewardScaler: normalization?.rewardScaler)
        policy.masksActions = method == .maskablePPO
        if let rate = data.optionalChild("exploration_rate") {
            policy.explorationRate = try rate.double()
            guard (0...1).contains(policy.explorationRate) else {
                throw rate.error(.outOfRange, "an exploration rate is a probability")
            }
        }
        self.method = method
        self.policy = policy
        version = archive.version
        observationEncoding = observations.encoding
        hyperparameters = Self.hyperparameters(archive.data)
    }

    private static func hyperparameters(_ data: StateMap) -> StateMap {
        var scalars = StateMap()
        for (key, value) in data where !key.hasPrefix("_") {
            switch value {
            case .bool, .int, .double, .string: scalars[key] = value
            case .null, .bytes, .tensor, .list, .map: break
            }
        }
        return scalars
    }
}
