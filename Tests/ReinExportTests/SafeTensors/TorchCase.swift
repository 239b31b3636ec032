import Foundation
import ReinCheckpoints
import ReinNumerics
import ReinPolicies
import ReinSpaces

/// A thousand observations and what Rein makes of them; episodes of twenty steps where there is memory.
struct TorchCase {
    /// A safetensors file with `observations` `[steps, rows, width]` and, with a row for each of them, `outputs`,
    /// `actions` and, for discrete actions, `masked_actions` with their `masks`; `states` `[rows, width]` after the last
    /// step.
    let file: [UInt8]

    init(_ policy: Policy, named name: String) throws {
        let steps = policy.isRecurrent ? 20 : 1
        let rows = 1000 / steps
        let width = policy.observationSpace.count
        let actionWidth = policy.actionSpace.width
        let maskWidth = policy.actionSpace.maskWidth
        var random = RandomStream(seed: 11, name: name)
        var (observations, outputs, actions, maskedActions): ([Float], [Float], [Float], [Float]) = ([], [], [], [])
        var masks: [UInt8] = []
        let (free, masked) = (PolicyInference(policy, rows: rows), PolicyInference(policy, rows: rows))
        var states = [[Float]](repeating: policy.initialState, count: rows)
        for _ in 0..<steps {
            let some = (0..<rows).flatMap { _ in Self.observation(policy, &random) }
            observations += some
            var chosen = [Float](repeating: 0, count: rows * actionWidth)
            free.act(rows: rows, observations: some, into: &chosen)
            actions += chosen.map { $0 + Self.first(policy.actionSpace) }
            for row in 0..<rows {
                outputs += policy.outputs(for: Array(some[row * width..<(row + 1) * width]), state: &states[row])
            }
            guard maskWidth > 0 else { continue }
            let allowed = (0..<rows).flatMap { _ in Self.mask(policy.actionSpace, &random) }
            masked.act(rows: rows, observations: some, masks: allowed, into: &chosen)
            maskedActions += chosen.map { $0 + Self.first(policy.actionSpace) }
            masks += allowed.map { $0 ? 1 : 0 }
        }
        var tensors: [SafetensorsWriter.NamedTensor] = [
            ("observations", StateTensor(observations, shape: [steps, rows, width])),
            ("outputs", StateTensor(outputs, shape: [steps, rows, outputs.count / (steps * rows)])),
            ("actions", StateTensor(actions, shape: [steps, rows, actionWidth])),
        ]
        if maskWidth > 0 {
            tensors.append(("masks", StateTensor(masks, shape: [steps, rows, maskWidth])))
            tensors.append(("masked_actions", StateTensor(maskedActions, shape: [steps, rows, actionWidth])))
        }
        if policy.isRecurrent {
            tensors.append(("states", StateTensor(states.flatMap { $0 }, shape: [rows, policy.stateWidth])))
        }
        file = try SafetensorsWriter.bytes(metadata: [], tensors: tensors)
    }

    /// Numbers of all sizes from 1e-3 to 1e3; half of them around the mean that the normaliser subtracts.
    private static func observation(_ policy: Policy, _ random: inout RandomStream) -> [Float] {
        let size = Float(pow(10, 6 * random.nextDouble() - 3))
        let isNear = random.nextDouble() < 0.5
        return (0..<policy.observationSpace.count).map { column in
            let number = size * (2 * random.nextFloat() - 1)
            guard isNear, let normalizer = policy.observationNormalizer else { return number }
            return Float(normalizer.moments.mean[column] + normalizer.divisor(column) * Double(number))
        }
    }

    private static func first(_ space: ActionSpace) -> Float {
        if case .discrete(let discrete) = space { Float(discrete.start) } else { 0 }
    }

    /// A mask that allows one choice of each component at least.
    private static func mask(_ space: ActionSpace, _ random: inout RandomStream) -> [Bool] {
        let counts: [Int]
        switch space {
        case .discrete(let discrete): counts = [discrete.count]
        case .multiDiscrete(let multiDiscrete): counts = multiDiscrete.counts
        case .box: counts = []
        }
        return counts.flatMap { count in
            let kept = random.below(count)
            return (0..<count).map { $0 == kept || random.nextDouble() < 0.4 }
        }
    }
}
