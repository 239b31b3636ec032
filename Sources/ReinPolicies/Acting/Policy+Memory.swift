import ReinNetworks
public import ReinNumerics

/// Acting with memory: a recurrent policy carries a state from observation to observation.
///
///     var state = policy.initialState
///     while running { action = policy.action(for: observation, state: &state) }
///
/// Policies without memory have an empty state. The functions without a state act as at the start of an episode.
extension Policy {
    /// Whether what the policy does depends on earlier observations of the episode.
    public var isRecurrent: Bool { network.isRecurrent }

    /// The number of floats that acting carries from observation to observation; 0 for a policy without memory. The
    /// value network's own recurrent layer, if there is one, is not needed to act.
    public var stateWidth: Int { network.policyCore?.stateWidth ?? 0 }

    /// The state at the start of an episode: `stateWidth` zeros.
    public var initialState: [Float] { [Float](repeating: 0, count: stateWidth) }

    /// The network's raw numbers for the next observation of an episode; see `outputs(for:)`.
    ///
    /// - Parameters:
    ///   - observation: the observation, of the width of the space.
    ///   - state: `stateWidth` floats, replaced by the state after this observation.
    public func outputs(for observation: [Float], state: inout [Float]) -> [Float] {
        withState(&state) { outputs(for: observation, states: $0) }
    }

    /// The most likely action for the next observation of an episode; see `action(for:mask:)`.
    ///
    /// - Parameters:
    ///   - observation: `observationSpace.count` elements.
    ///   - mask: for a discrete space, which actions are allowed; all when nil.
    ///   - state: `stateWidth` floats, replaced by the state after this observation.
    public func action(for observation: [Float], mask: [Bool]? = nil, state: inout [Float]) -> Action {
        withState(&state) { action(for: observation, mask: mask, states: $0) }
    }

    /// A random action for the next observation of an episode; see `sampleAction(for:mask:using:)`.
    ///
    /// - Parameters:
    ///   - observation: `observationSpace.count` elements.
    ///   - mask: for a discrete space, which actions are allowed; all when nil.
    ///   - state: `stateWidth` floats, replaced by the state after this observation.
    ///   - random: the stream to draw from.
    public func sampleAction(
        for observation: [Float], mask: [Bool]? = nil, state: inout [Float], using random: inout RandomStream
    ) -> Action {
        withState(&state) { sampleAction(for: observation, mask: mask, states: $0, using: &random) }
    }

    private func withState<Result>(
        _ state: inout [Float], _ body: (UnsafeMutablePointer<Float>?) -> Result
    ) -> Result {
        precondition(state.count == stateWidth, "a state has \(stateWidth) numbers, not \(state.count)")
        return state.withUnsafeMutableBufferPointer { body($0.baseAddress) }
    }
}
