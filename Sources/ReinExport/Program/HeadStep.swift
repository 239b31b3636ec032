import ReinNetworks
import ReinPolicies

/// What becomes of the numbers of the policy head: the outputs, which are those of `Policy.outputs(for:)`, and the most
/// likely action before its transform.
enum HeadStep {
    /// A logit for each action; the action is the first of the largest that the mask allows.
    case categorical(count: Int)
    /// A logit for each choice of every component, one component after the other; for each the first of the largest that
    /// the mask allows.
    case multiCategorical(counts: [Int])
    /// Action values; the action is the first of the largest that the mask allows.
    case actionValues(ActionValues)
    /// Means, which may be followed by log standard deviations.
    case continuous(ContinuousHead)

    init(_ policy: Policy) {
        switch policy.distribution {
        case .categorical(let kind): self = .categorical(count: kind.count)
        case .multiCategorical(let kind): self = .multiCategorical(counts: kind.counts)
        case .actionValues(let values): self = .actionValues(values)
        case .diagonalGaussian(let kind):
            let deviations = Array(policy.network.parameters[policy.network.logDeviationRange])
            self = .continuous(ContinuousHead(count: kind.count, deviations: .constant(deviations)))
        case .conditionalGaussian(let kind):
            self = .continuous(ContinuousHead(count: kind.count, deviations: .head))
        case .squashedGaussian(let kind):
            self = .continuous(ContinuousHead(count: kind.count, isSquashed: true, deviations: .head))
        case .deterministic(let kind):
            self = .continuous(ContinuousHead(count: kind.count, isSquashed: true, deviations: .none))
        case .stateDependentGaussian(let kind):
            let logs = Array(policy.network.parameters[policy.network.logDeviationRange])
            self = .continuous(
                ContinuousHead(
                    count: kind.count, isSquashed: kind.isSquashed, meanLimit: kind.meanLimit,
                    deviations: .features(logs)))
        }
    }
}

/// A head of continuous actions. The action is the mean, limited if there is a limit, and its tanh when squashed.
struct ContinuousHead {
    /// Where the log standard deviations are.
    enum Deviations {
        /// There are none: the outputs are the head itself.
        case none
        /// The same in every state, `[count]`: the outputs are the head and then these.
        case constant([Float])
        /// In the head, behind the means: the outputs are the head itself.
        case head
        /// They follow from the features h that the last layer reads and log σ, `[features, count]`: the outputs are the
        /// head (without a limit) and then `½ log(Σ_f h[f]² σ[f, d]² + ε)`, with the ε of `StateDependentGaussian`.
        case features([Float])
    }

    /// The number of elements of an action.
    let count: Int
    /// Whether the action is the tanh of the mean.
    var isSquashed = false
    /// The largest absolute value of a mean, nil for none.
    var meanLimit: Float?
    let deviations: Deviations
}
