public import ReinCheckpoints
import ReinNetworks
public import ReinNumerics
public import ReinPolicies
public import ReinSpaces

/// A default module of RLlib's new API stack as a policy that can act: the weights that
/// `algorithm.save_to_path(..., use_msgpack=True)` wrote (seen: Ray 2.60).
///
///     let module = try RLlibModule(
///         opening: "checkpoint/learner_group/learner/rl_module/default_policy",
///         observationSpace: CartPole().observationSpace, actionSpace: .discrete(2), activation: .tanh)
///     let action = module.policy.action(for: observation)
///
/// These files hold weights and nothing else: spaces and nonlinearities are in pickles beside them, which are never
/// opened, so they have to be given. Optimizers, connectors (filters of observations, for one) and whatever else a
/// checkpoint of the new stack has are not read; training cannot go on from it. Of the weights, target networks and SAC's
/// critics are left out, and so is PPO's value where its layers do not have the widths of the policy's. Not supported,
/// with an error that says so: modules of one's own, recurrent and convolutional ones, layer norms, several hidden layers
/// without an activation (`"linear"`), log standard deviations that are parameters (`free_log_std`).
public struct RLlibModule: Sendable {
    /// The algorithm whose default module it is.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        /// Proximal policy optimization.
        case ppo
        /// Deep Q-learning.
        case dqn
        /// Soft actor-critic.
        case sac
    }

    /// The algorithm.
    public let method: Method
    /// The policy, with the state value of PPO where its layers have the widths of the policy's.
    public let policy: Policy

    /// The name of the file in a module's folder.
    static let fileName = "module_state.msgpack"

    /// Larger files are not opened: 1 GB.
    private static let sizeLimit = 1 << 30

    /// Opens a module.
    ///
    /// - Parameters:
    ///   - path: the module's folder, `learner_group/learner/rl_module/MODULE` in a checkpoint, or the file in it.
    ///   - observationSpace: what the module was trained on.
    ///   - actionSpace: what it was trained to choose from.
    ///   - activation: `fcnet_activation` of the model's settings: tanh by default for PPO and DQN, relu for SAC.
    ///   - headActivation: `head_fcnet_activation`, relu by default.
    ///   - actionTransform: what happens to actions in a Box; nil for RLlib's default, to map −1 to 1 to the bounds.
    /// - Throws: `StateError` that names the file, and the parameter that is missing, has another shape, is not finite, or
    ///   belongs to no part of a default module.
    public init(
        opening path: String, observationSpace: Box, actionSpace: ActionSpace, activation: Activation,
        headActivation: Activation = .relu, actionTransform: ActionTransform? = nil
    ) throws(StateError) {
        let isFile = path.hasSuffix(".msgpack")
        let file = isFile ? path : "\(path)/\(Self.fileName)"
        let bytes: StateBytes
        do {
            bytes = try RegularFile(opening: file).bytes(limit: Self.sizeLimit)
        } catch  where error.code == .notFound && !isFile {
            throw StateError(
                .notFound,
                "there is no \(Self.fileName); save with algorithm.save_to_path(directory, use_msgpack=True), since "
                    + "pickles are never opened", path: path)
        }
        do throws(StateError) {
            let tree = try MessagePackCodec().decode(plain: bytes)
            try self.init(
                StateReader(tree), observationSpace, actionSpace, activation, headActivation, actionTransform)
        } catch {
            throw error.nested(under: file)
        }
    }

    private init(
        _ weights: StateReader, _ observationSpace: Box, _ actionSpace: ActionSpace, _ activation: Activation,
        _ headActivation: Activation, _ actionTransform: ActionTransform?
    ) throws(StateError) {
        let form = try ModuleForm(
            ModuleWeights(weights), observationSpace, actionSpace, activation: activation,
            headActivation: headActivation)
        method = form.method
        var transform = ActionTransform.none
        if case .box(let box) = actionSpace { transform = actionTransform ?? (box.isBounded ? .rescale : .none) }
        policy = try Policy(
            observationSpace: observationSpace, actionSpace: actionSpace, distribution: form.distribution,
            network: form.network, actionTransform: transform)
    }
}
