import ReinNetworks
import ReinNumerics

/// One critic on one shard of a batch, in memory of its own.
///
/// Unchecked: the jobs of a shard's two critics are run by one thread at a time each, and touch only their own.
final class SACCriticShard: @unchecked Sendable {
    /// The sum over rows of the weighted loss, and of Q of the transitions.
    private(set) var sums = (loss: 0.0, value: 0.0)
    /// Q of the transitions less their targets, `[rows]`.
    let errors: AlignedBuffer<Float>
    private let index: Int
    private let width: Int
    private let inputs: Int
    private let workspace: PerceptronWorkspace
    /// The target critic's values of the next states' actions, `[rows, width]`.
    private let nextValues: AlignedBuffer<Float>
    /// The critic's values of the policy's actions, `[rows, width]`.
    private let values: AlignedBuffer<Float>
    private let targets: AlignedBuffer<Float>
    private let valueGradient: AlignedBuffer<Float>
    private let inputGradient: AlignedBuffer<Float>

    init(index: Int, of critics: SACCritics, rows: Int) {
        let network = critics.networks[index]
        self.index = index
        width = network.outputs
        inputs = network.inputs
        workspace = PerceptronWorkspace(for: network, rows: rows, training: true)
        nextValues = AlignedBuffer(count: rows * width)
        values = AlignedBuffer(count: rows * width)
        targets = AlignedBuffer(count: rows)
        errors = AlignedBuffer(count: rows)
        valueGradient = AlignedBuffer(count: rows * width)
        inputGradient = AlignedBuffer(count: rows * inputs)
    }

    /// The target critic's values of next states and actions, `[rows, inputs]`.
    func evaluateNext(_ context: SACContext, rows: Int, input: UnsafePointer<Float>) {
        let output = context.critics[index].forward(
            rows: rows, input: input, parameters: context.targetParameters, workspace: workspace)
        nextValues.pointer.update(from: output, count: rows * width)
    }

    /// The gradient of the critic's loss, after both critics' `evaluateNext`.
    ///
    /// - Parameters:
    ///   - rows: the shard's rows of the batch.
    ///   - next: what the policy does in the next states.
    ///   - others: the two critics of the shard, of which this is one.
    ///   - gradients: the base of a flat buffer for both critics, of which this one's part is overwritten.
    func improve(
        _ context: SACContext, _ rows: Range<Int>, input: UnsafePointer<Float>, next: any SACSample,
        critics: (SACCriticShard, SACCriticShard), gradients: UnsafeMutablePointer<Float>
    ) {
        let transitions = context.minibatch.transitions
        next.softValues(
            rows: rows.count, first: critics.0.nextValues.pointer, second: critics.1.nextValues.pointer,
            temperature: context.temperature, into: targets.pointer)
        SACLoss.formTargets(
            rewards: transitions.rewards.elements(in: rows), discounts: transitions.discounts.elements(in: rows),
            from: targets.pointer)
        let network = context.critics[index]
        let output = network.forward(
            rows: rows.count, input: input, parameters: context.criticParameters, workspace: workspace)
        sums = SACLoss.evaluate(
            context.loss,
            SACCriticRows(
                values: Rows(output, count: rows.count, width: width),
                actions: transitions.actions.rows(of: transitions.actionWidth)[rows], targets: targets.pointer,
                weights: transitions.weights.elements(in: rows), gradient: valueGradient.mutableRows(of: width),
                errors: errors.mutableElements), scale: context.weight)
        network.backward(
            rows: rows.count, input: input, parameters: context.criticParameters,
            outputGradient: valueGradient.pointer, gradients: gradients, workspace: workspace)
    }

    /// The critic's values of the policy's actions, and for continuous ones how they change with the action.
    ///
    /// Rows do not depend on each other, so the gradient of each is that of its own value.
    func evaluate(_ context: SACContext, rows: Int, input: UnsafePointer<Float>, needsSlopes: Bool) {
        let network = context.critics[index]
        let output = network.forward(
            rows: rows, input: input, parameters: context.criticParameters, workspace: workspace)
        values.pointer.update(from: output, count: rows * width)
        guard needsSlopes else { return }
        valueGradient.pointer.update(repeating: 1, count: rows * width)
        network.backwardInput(
            rows: rows, parameters: context.criticParameters, outputGradient: valueGradient.pointer,
            inputGradient: inputGradient.pointer, workspace: workspace)
    }

    /// What `evaluate` found; the action lies behind `observationWidth` numbers of the input.
    func evaluation(observationWidth: Int) -> SACEvaluation {
        SACEvaluation(
            values: values.rows(of: width), slopes: inputGradient.rows(of: inputs), offset: observationWidth)
    }
}
