import ReinCheckpoints
import ReinNetworks
import ReinPolicies
import ReinSpaces

/// What a policy computes between an observation and an action, step by step, with all its numbers: what every form of
/// export writes down in its own way.
///
///     observation → normaliser → memory → layers → head → transform → action
///
/// A value network of its own is left out, and so is whatever explores.
final class PolicyProgram {
    /// What the policy is called where it comes from.
    let id: String
    /// The observations, `[count]` numbers in rows of this shape.
    let observations: Box
    /// How such rows are made of the environment's observations, where those are indices or have parts; nothing here does
    /// it.
    let encoding: ObservationEncoding
    /// The actions.
    let actions: ActionSpace
    /// What scales observations, nil when the network reads them as they are.
    let normaliser: NormaliserStep?
    /// The recurrent layer, nil for a network without memory.
    let memory: MemoryStep?
    /// The layers that end in the policy head, the last one linear; they read what the memory or the normaliser makes.
    let layers: [LayerStep]
    /// How many of the layers come before the state values of dueling action values branch off.
    let branch: Int
    /// The layers that end in the state values of dueling action values; they read what the layers before `branch` make.
    /// Empty without.
    let valueLayers: [LayerStep]
    /// What becomes of the numbers of the head.
    let head: HeadStep
    /// What happens to continuous actions at the end.
    let transform: TransformStep
    /// The number of entries of a mask: one for each action, or for each choice of every component; 0 for continuous
    /// actions, which have none.
    let maskWidth: Int
    /// Whether the policy was trained with masks.
    let masksActions: Bool
    /// The number that the outside world counts discrete actions from.
    let firstAction: Int

    /// Takes a policy apart.
    ///
    /// - Parameter id: what the policy is called where it comes from.
    /// - Throws: `StateError` that names the tensor and the element of a number that is not finite.
    init(_ policy: Policy, id: String) throws(StateError) {
        let network = policy.network
        try Self.requireFinite(policy)
        self.id = id
        observations = policy.observationSpace
        encoding = policy.observationEncoding
        actions = policy.actionSpace
        normaliser = policy.observationNormalizer.map(NormaliserStep.init)
        memory = network.policyCore.map { MemoryStep($0, network.parameters) }
        let trunk = LayerStep.layers(of: network.trunk, named: "trunk", network.parameters)
        layers = trunk + LayerStep.layers(of: network.policy, named: "policy", network.parameters)
        branch = trunk.count
        head = HeadStep(policy)
        valueLayers =
            policy.distribution.isDueling
            ? LayerStep.layers(of: network.value, named: "value", network.parameters) : []
        transform = TransformStep(policy)
        maskWidth = policy.distribution.maskWidth
        masksActions = policy.masksActions
        if case .discrete(let discrete) = policy.actionSpace { firstAction = discrete.start } else { firstAction = 0 }
    }

    /// What a row is made of, from left to right, for files that say it: `path`, `kind` and sizes of each part, the path empty
    /// for observations that are indices and nothing else. Nil for observations that are numbers.
    var observationParts: StateTree? {
        let parts = encoding.parts
        guard !parts.isEmpty else { return Optional.none }
        return StateEncoder().encode(parts)
    }

    private static func requireFinite(_ policy: Policy) throws(StateError) {
        let network = policy.network
        for view in network.views { try requireFinite(network.parameters[view.range], "network/\(view.name)") }
        guard let normalizer = policy.observationNormalizer else { return }
        for (name, numbers) in [("shift", normalizer.shift), ("scale", normalizer.scale)] {
            try requireFinite(numbers[...], "observationNormalizer/\(name)")
        }
        for (name, numbers) in [("offset", normalizer.offsets), ("divisor", normalizer.divisors)] {
            try requireFinite(numbers[...], "observationNormalizer/\(name)")
        }
    }

    private static func requireFinite(
        _ numbers: ArraySlice<some BinaryFloatingPoint>, _ path: String
    ) throws(StateError) {
        guard let index = numbers.firstIndex(where: { !$0.isFinite }) else { return }
        throw StateError(
            .outOfRange, "element \(index - numbers.startIndex) is \(numbers[index])", path: path)
    }
}
