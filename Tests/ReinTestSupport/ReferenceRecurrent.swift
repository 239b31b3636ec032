import Foundation
public import ReinNetworks

/// Recurrent layers in double precision, written as plainly as possible.
public enum ReferenceRecurrent {
    /// The outputs of one sequence, and the state after it.
    ///
    /// - Parameters:
    ///   - inputs: a row for each step.
    ///   - starts: whether an episode starts with a step.
    ///   - state: the state before the first step.
    public static func outputs(
        _ core: RecurrentCore, inputs: [[Double]], starts: [Bool], state: [Double], parameters: [Double]
    ) -> (outputs: [[Double]], state: [Double]) {
        let width = core.width
        var hidden = Array(state.prefix(width))
        var cell = Array(state.dropFirst(width))
        var outputs: [[Double]] = []
        for (input, isStart) in zip(inputs, starts) {
            if isStart {
                hidden = hidden.map { _ in 0 }
                cell = cell.map { _ in 0 }
            }
            let x = sums(core.input, input, parameters)
            let h = sums(core.hidden, hidden, parameters)
            for unit in 0..<width {
                switch core.kind {
                case .lstm:
                    let gate = { (block: Int) in x[block * width + unit] + h[block * width + unit] }
                    cell[unit] = sigmoid(gate(1)) * cell[unit] + sigmoid(gate(0)) * tanh(gate(2))
                    hidden[unit] = sigmoid(gate(3)) * tanh(cell[unit])
                case .gru:
                    let reset = sigmoid(x[unit] + h[unit])
                    let update = sigmoid(x[width + unit] + h[width + unit])
                    let candidate = tanh(x[2 * width + unit] + reset * h[2 * width + unit])
                    hidden[unit] = (1 - update) * candidate + update * hidden[unit]
                }
            }
            outputs.append(hidden)
        }
        return (outputs, hidden + cell)
    }

    private static func sums(_ layer: DenseLayer, _ input: [Double], _ parameters: [Double]) -> [Double] {
        (0..<layer.outputs).map { output in
            input.indices.reduce(parameters[layer.biasOffset + output]) { sum, index in
                sum + input[index] * parameters[layer.offset + index * layer.outputs + output]
            }
        }
    }

    private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// The policy heads and state values of a recurrent actor-critic network over one sequence.
    public static func actorCritic(
        _ network: ActorCritic, inputs: [[Double]], starts: [Bool], state: [Double], parameters: [Double]
    ) -> [(head: [Double], value: Double?)] {
        guard let core = network.policyCore else { return [] }
        let recalled = outputs(
            core, inputs: inputs, starts: starts, state: Array(state.prefix(core.stateWidth)), parameters: parameters
        ).outputs
        let forValue =
            network.valueCore.map {
                outputs(
                    $0, inputs: inputs, starts: starts, state: Array(state.suffix($0.stateWidth)),
                    parameters: parameters
                ).outputs
            } ?? recalled
        return zip(recalled, forValue).map { forPolicy, forValue in
            func features(_ row: [Double]) -> [Double] {
                network.trunk.map { ReferencePerceptron.outputs($0, input: row, parameters: parameters) } ?? row
            }
            return (
                ReferencePerceptron.outputs(network.policy, input: features(forPolicy), parameters: parameters),
                network.value.map {
                    ReferencePerceptron.outputs($0, input: features(forValue), parameters: parameters)[0]
                }
            )
        }
    }
}
