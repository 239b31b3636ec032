public import ReinCheckpoints
public import ReinEnvironments
public import ReinNumerics
public import ReinPolicies

/// A learning method: everything that is needed to improve a policy, such as optimizer, replay and schedules.
///
/// A learner owns neither the policy that it improves nor the environments. `Algorithm` asks it what to collect, has
/// a batch filled, hands it the policy to improve, and so on until the iteration is over. Its `state` is saved with the
/// policy it belongs to, its `replayState` apart from it: both together are what it needs to go on.
///
/// A learner is a value: a copy has the state of the original at that time, and each learns without a trace in the
/// other. `restore` and its kind change nothing when they throw.
public protocol Learner: Checkpointable {
    /// The settings of the method.
    associatedtype Configuration: AlgorithmConfiguration
    /// What one iteration has to report.
    associatedtype Metrics: LearnerMetrics

    /// The name of the method, such as `PPO`.
    static var algorithmName: String { get }

    /// Whether what is learnt from masked actions is learnt under the same masks, which `RolloutBatch` holds. False,
    /// unless given: then the method is not used in environments that mask actions.
    static var learnsWithMasks: Bool { get }

    /// Whether the method learns from agents that act at their own times, as in games: from batches that are not
    /// regular, `RolloutBatch.isRegular`. False, unless given: then the method is not used in environments of several
    /// agents.
    static var learnsFromAgentsInTurn: Bool { get }

    /// What policies look like that settings describe for spaces.
    ///
    /// - Throws: `StateError` when the method cannot act in these spaces, or the network is impossible.
    static func form(
        observationSpace: Box, actionSpace: ActionSpace, configuration: Configuration
    ) throws -> PolicyForm

    /// Creates an untrained policy of a form that `form(observationSpace:actionSpace:configuration:)` gave for these
    /// settings.
    ///
    /// - Throws: `StateError` when the settings do not fit the form.
    static func makePolicy(
        of form: PolicyForm, configuration: Configuration, random: RandomStream
    ) throws -> Policy

    /// Creates a learner for a policy.
    ///
    /// - Parameters:
    ///   - policy: the policy that it will improve.
    ///   - lanes: where its experience will come from.
    ///   - configuration: the settings.
    ///   - random: the stream that its own are derived from.
    init(for policy: Policy, lanes: RolloutLanes, configuration: Configuration, random: RandomStream)

    /// The number of steps of each environment in one iteration.
    static func stepsPerIteration(of configuration: Configuration) -> Int

    /// The discount with which the runner accumulates returns for reward scaling.
    static func discount(of configuration: Configuration) -> Double

    /// Forgets steps that belong to episodes which will not be continued. Only learners that keep such steps have
    /// something to do.
    mutating func forgetStepsInFlight()

    /// Gets ready for experience from other lanes, and forgets steps in flight. A new learner of the same state, unless
    /// given.
    ///
    /// - Parameters:
    ///   - lanes: where experience will come from.
    ///   - policy: the policy that the learner improves.
    ///   - configuration: the settings that the learner was made with.
    ///   - random: the stream that a learner's own are derived from.
    /// - Throws: `StateError` when the learner does not take over its own state.
    mutating func adapt(
        to lanes: RolloutLanes, for policy: Policy, configuration: Configuration, random: RandomStream
    ) throws(StateError)

    /// The experience that the learner draws from. It is no part of `state`, since it takes more room than all the rest
    /// and a policy that only acts needs none of it. `.none` for a method without replay.
    var replayState: ReplayState { get }

    /// Takes over the experience of a learner with the same settings, after `restore(from:)`.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    mutating func restoreReplay(from state: StateTree) throws(StateError)

    /// Lets settings take effect that have been changed since the state was saved which the learner has just taken over:
    /// gives up what the state holds of them, such as values that begin as a setting and are adapted from there. Nothing,
    /// unless given; whatever is read from the settings when it is needed takes effect by itself.
    ///
    /// - Parameter saved: the settings that the state was saved with. They differ from the learner's in settings alone
    ///   that are not `SettingEffect.fixed`.
    mutating func adoptSettings(changedFrom saved: Configuration)

    /// The keys of the settings without which an iteration cannot be finished that was begun: the shape of what is
    /// collected, and how it is cut up. When one is changed, or any where nothing is given, the rest of an unfinished
    /// iteration is left out.
    static var settingsOfIterations: [String]? { get }

    /// Makes the columns that collection fills for a learner, which finds them in `Rollout`.
    ///
    /// - Parameters:
    ///   - policy: the policy that acts.
    ///   - lanes: where experience comes from.
    ///   - configuration: the settings.
    static func makeBatch(
        for policy: Policy, lanes: RolloutLanes, configuration: Configuration
    ) -> RolloutBatch

    /// What to collect before `learn` is called next. A rollout of the rest of the iteration, unless given.
    ///
    /// A rollout may turn out shorter than planned, where another policy of the same environments is due to learn
    /// before: so when to learn goes by `Rollout.stepsAfter`.
    ///
    /// - Parameters:
    ///   - environmentSteps: the number of steps of all environments so far, for schedules.
    ///   - remaining: the steps of each environment that are left of the iteration.
    func plan(after environmentSteps: Int, remaining: Int) -> RolloutPlan

    /// Takes in a rollout, and improves the policy where it is time to.
    ///
    /// - Parameters:
    ///   - policy: the policy, changed in place.
    ///   - rollout: what was collected.
    ///   - context: the threads to work on, and who else takes part; results do not depend on how many there are.
    mutating func learn(_ policy: inout Policy, from rollout: Rollout, in context: LearningContext)

    /// The same for a learner that can stop inside, and go on there: asks between its gradient steps whether to.
    ///
    /// `learn(_:from:in:)`, which does not stop, unless given. A method whose `learn` may take longer than a second or
    /// two should give it, together with `unfinishedState`, which holds what it needs to go on with the same bits.
    ///
    /// - Parameters:
    ///   - policy: the policy, changed in place.
    ///   - rollout: what was collected.
    ///   - context: the threads to work on, and those who take part.
    ///   - goesOn: whether there is time for another gradient step; asked before the first one, too.
    /// - Returns: whether the learner is done with the rollout. If it is not, the next call is with the same rollout,
    ///   policy and batch, here or in a learner that was restored.
    mutating func learn(
        _ policy: inout Policy, from rollout: Rollout, in context: LearningContext, while goesOn: () -> Bool
    ) -> Bool

    /// What matters inside an iteration only, so that `state` does not have it: measurements so far, and where `learn`
    /// stopped. Null, unless given: then measurements of an iteration that goes on after restoring are incomplete.
    var unfinishedState: StateTree { get }

    /// Takes over what `unfinishedState` was, after `restore(from:)`; null ends an iteration that was not finished.
    ///
    /// - Parameters:
    ///   - state: what `unfinishedState` was.
    ///   - batch: the columns, with the rollout that was not learnt from wholly.
    /// - Throws: `StateError` when something is missing or does not fit.
    mutating func restoreUnfinished(from state: StateTree, batch: RolloutBatch?) throws(StateError)

    /// What there is to report at the end of an iteration, since the last call.
    mutating func report() -> Metrics

    /// Which settings to change when parameters are no longer finite: the end of a sentence, in an error's message. The
    /// learning rate and the gradient norm, unless given.
    var divergenceAdvice: String { get }

    /// The number of elements of the largest weight matrix of networks besides the policy's, 0 without any. With it who
    /// computes is known, see `Arithmetic`.
    var largestMatrix: Int { get }
}

extension Learner {
    /// Creates an untrained policy for the spaces.
    ///
    /// - Throws: as `form(observationSpace:actionSpace:configuration:)` does.
    public static func makePolicy(
        observationSpace: Box, actionSpace: ActionSpace, configuration: Configuration, random: RandomStream
    ) throws -> Policy {
        try makePolicy(
            of: form(observationSpace: observationSpace, actionSpace: actionSpace, configuration: configuration),
            configuration: configuration, random: random)
    }

    /// It does not.
    public static var learnsWithMasks: Bool { false }

    /// It does not.
    public static var learnsFromAgentsInTurn: Bool { false }

    /// Nothing to forget.
    public mutating func forgetStepsInFlight() {}

    /// Nothing to give up.
    public mutating func adoptSettings(changedFrom saved: Configuration) {}

    /// It is not known.
    public static var settingsOfIterations: [String]? { nil }

    /// Takes over its own state as a new learner.
    ///
    /// - Throws: `StateError` when the learner does not take over its own state.
    public mutating func adapt(
        to lanes: RolloutLanes, for policy: Policy, configuration: Configuration, random: RandomStream
    ) throws(StateError) {
        var changed = Self(for: policy, lanes: lanes, configuration: configuration, random: random)
        try changed.restore(from: state)
        if case .included(let replay) = replayState { try changed.restoreReplay(from: replay) }
        changed.forgetStepsInFlight()
        self = changed
    }

    /// The rest of the iteration, with actions drawn from the policy.
    public func plan(after environmentSteps: Int, remaining: Int) -> RolloutPlan { RolloutPlan(steps: remaining) }

    /// Smaller steps.
    public var divergenceAdvice: String { "lower learningRate or maximumGradientNorm" }

    /// There are no other networks.
    public var largestMatrix: Int { 0 }

    /// Learns without stopping, if there is time to begin.
    public mutating func learn(
        _ policy: inout Policy, from rollout: Rollout, in context: LearningContext, while goesOn: () -> Bool
    ) -> Bool {
        guard goesOn() else { return false }
        learn(&policy, from: rollout, in: context)
        return true
    }

    /// Nothing.
    public var unfinishedState: StateTree { .null }

    /// Nothing to take over.
    public mutating func restoreUnfinished(from state: StateTree, batch: RolloutBatch?) throws(StateError) {}

    /// No replay.
    public var replayState: ReplayState { .none }

    /// Refuses: the method keeps no experience.
    ///
    /// - Throws: `StateError`, always.
    public mutating func restoreReplay(from state: StateTree) throws(StateError) {
        throw StateError(.wrongType, "\(Self.algorithmName) has no replay to restore")
    }
}

/// A typed record of what a method measures in one iteration, that can be listed for a log.
public protocol LearnerMetrics: Sendable {
    /// Names and numbers, in the order in which they should be shown.
    var values: [(name: String, value: Double)] { get }
}
