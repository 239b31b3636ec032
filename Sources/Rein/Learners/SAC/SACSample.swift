import ReinNetworks
import ReinNumerics
import ReinPolicies

/// What the policy does in each of at most `SACShard.rows` observations, with the memory to compute it in: an action
/// drawn from a Gaussian, or all probabilities of discrete actions.
///
/// Not to be used by two threads at a time, except to read.
protocol SACSample: AnyObject, Sendable {
    /// E[log π] of each row, `[rows]`: of the action drawn, or over all discrete ones.
    var logDensities: UnsafePointer<Float> { get }

    /// The actions drawn, `[rows, dimensions]`, or nil when actions are discrete.
    var drawnActions: UnsafePointer<Float>? { get }

    /// Takes what noise depends on besides, before `draw`: only samples with state-dependent noise have use for it.
    ///
    /// - Parameters:
    ///   - features: what the policy head read, `[rows, featureCount]`.
    ///   - logDeviations: the policy's log standard deviations, `[featureCount, dimensions]`.
    func observe(rows: Int, features: UnsafePointer<Float>, logDeviations: UnsafePointer<Float>)

    /// Computes actions or probabilities from policy heads.
    ///
    /// - Parameters:
    ///   - heads: `[rows, headWidth]`.
    ///   - noise: standard normal numbers, `[rows, dimensions]`, or `[featureCount, dimensions]` for state-dependent
    ///     noise; not read for discrete actions.
    ///   - masks: which discrete actions are valid, `[rows, count]`; all when nil. Expectations are over those alone.
    func draw(rows: Int, heads: UnsafePointer<Float>, noise: UnsafePointer<Float>, masks: UnsafePointer<Bool>?)

    /// Computes the soft values of the states from two critics' values of the actions:
    ///
    ///     V = E[min(Q₁, Q₂) − α log π]                  under masks: less α log (number of valid actions)
    ///
    /// - Parameters:
    ///   - first: Q₁, one value for each row, or for each row and discrete action.
    ///   - second: Q₂, likewise.
    ///   - values: receives V, `[rows]`.
    func softValues(
        rows: Int, first: UnsafePointer<Float>, second: UnsafePointer<Float>, temperature: Float,
        into values: UnsafeMutablePointer<Float>)

    /// Computes the policy's loss, Σ E[α log π − min(Q₁, Q₂)] over rows, and its gradient at the policy heads.
    ///
    /// - Parameters:
    ///   - weight: what the gradient is multiplied by, 1 / (size of the batch).
    ///   - gradient: receives the gradient, `[rows, headWidth]`.
    /// - Returns: the loss, not weighted.
    func loss(
        rows: Int, first: SACEvaluation, second: SACEvaluation, temperature: Float, weight: Float,
        gradient: UnsafeMutablePointer<Float>
    ) -> Double

    /// Computes the gradients of the loss that do not go through the policy heads, after `loss`.
    ///
    /// - Parameter deviationGradient: receives the gradient of the log standard deviations, where there are any.
    /// - Returns: the gradient at the features that the policy head read, `[rows, featureCount]`, or nil when they
    ///   have none beside the one through the heads.
    func backward(rows: Int, deviationGradient: UnsafeMutablePointer<Float>) -> UnsafePointer<Float>?
}

extension SACSample {
    func observe(rows: Int, features: UnsafePointer<Float>, logDeviations: UnsafePointer<Float>) {}

    func backward(rows: Int, deviationGradient: UnsafeMutablePointer<Float>) -> UnsafePointer<Float>? { nil }
}

/// What a critic says about the actions of a policy.
struct SACEvaluation {
    /// Q, `[rows, width]`: one value for each row, or for each row and discrete action.
    let values: Rows<Float>
    /// The gradient of each row's Q at what the critic reads; not read for discrete actions.
    let slopes: Rows<Float>
    /// Where the action begins in what the critic reads.
    var offset = 0

    /// ∂Q/∂a of a row, `[dimensions]`.
    func slopes(of row: Int) -> UnsafePointer<Float> { slopes[row] + offset }
}

/// The kinds of policies that SAC learns.
enum SACActions: Sendable {
    /// Actions are drawn from a Gaussian and squashed by tanh.
    case continuous(SquashedGaussian)
    /// Actions are drawn with noise that depends on the state, and squashed by tanh.
    case stateDependent(StateDependentGaussian)
    /// There is a logit for each action.
    case discrete(Categorical)

    /// The kind of a policy.
    ///
    /// - Precondition: the policy is one that SAC makes.
    init(of policy: Policy) {
        precondition(policy.network.trunk == nil, "SAC makes no policies that share layers")
        switch policy.distribution {
        case .squashedGaussian(let gaussian): self = .continuous(gaussian)
        case .categorical(let categorical): self = .discrete(categorical)
        case .stateDependentGaussian(let gaussian): self = .stateDependent(gaussian)
        case .multiCategorical, .diagonalGaussian, .conditionalGaussian, .deterministic, .actionValues:
            preconditionFailure("SAC makes no such policies")
        }
    }

    /// The number of numbers of an action that critics read; 0 for discrete actions.
    var dimensions: Int {
        switch self {
        case .continuous(let gaussian): gaussian.count
        case .stateDependent(let gaussian): gaussian.count
        case .discrete: 0
        }
    }

    /// The number of elements of the exploration matrix that all actions of a batch are drawn with, or nil when each
    /// action takes `dimensions` normal numbers of its own.
    var matrixCount: Int? {
        if case .stateDependent(let gaussian) = self { gaussian.matrixCount } else { nil }
    }

    /// The number of values that a critic has for an observation.
    var criticOutputs: Int {
        switch self {
        case .continuous, .stateDependent: 1
        case .discrete(let categorical): categorical.count
        }
    }

    /// Makes room for what the policy does in `rows` observations.
    func makeSample(rows: Int) -> any SACSample {
        switch self {
        case .continuous(let gaussian): SACGaussianSample(gaussian, rows: rows)
        case .stateDependent(let gaussian): SACStateDependentSample(gaussian, rows: rows)
        case .discrete(let categorical): SACCategoricalSample(categorical, rows: rows)
        }
    }
}
