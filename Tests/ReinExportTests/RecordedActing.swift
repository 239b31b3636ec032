import Foundation
import ReinNumerics
import ReinPolicies
import ReinSpaces

/// What Rein answers to random observations, step by step, for another program's answers to be compared with.
struct RecordedActing: Sendable {
    /// The number of episodes that are acted in side by side.
    let rows: Int
    /// The number of steps, 1 without memory.
    let steps: Int
    /// `[steps, rows, observations]`.
    var observations: [Float] = []
    /// `[steps, rows, maskWidth]`, at least one choice of each component allowed; empty without masks.
    var masks: [Bool] = []
    /// `[steps, rows, outputCount]`.
    var outputs: [Float] = []
    /// `[steps, rows, actionWidth]`; discrete ones are counted as the outside world does.
    var actions: [Float] = []
    /// What is remembered after the last step, `[rows, stateWidth]`.
    var states: [Float] = []

    /// Lets a policy act.
    ///
    /// - Parameters:
    ///   - rows: the number of episodes.
    ///   - steps: the number of steps in them.
    ///   - hasMasks: whether some actions are forbidden; nil for whether the policy was trained with masks.
    init(_ policy: Policy, rows: Int, steps: Int = 1, hasMasks: Bool? = nil) {
        self.rows = rows
        self.steps = steps
        let hasMasks = hasMasks ?? policy.masksActions
        var random = RandomStream(seed: 3, name: "observations")
        var memories = [[Float]](repeating: policy.initialState, count: rows)
        for _ in 0..<steps {
            for row in 0..<rows {
                let observation = Self.observation(for: policy, isNearMeans: row % 2 == 1, &random)
                let mask = hasMasks ? Self.mask(for: policy.actionSpace, &random) : nil
                observations += observation
                masks += mask ?? []
                var memory = memories[row]
                outputs += policy.outputs(for: observation, state: &memory)
                switch policy.action(for: observation, mask: mask, state: &memories[row]) {
                case .discrete(let index):
                    guard case .discrete(let space) = policy.actionSpace else { continue }
                    actions.append(Float(space.number(ofIndex: index)))
                case .multiDiscrete(let indices): actions += indices.map { Float($0) }
                case .continuous(let elements): actions += elements
                }
            }
        }
        states = memories.flatMap { $0 }
    }

    /// Numbers of either sign from 1e-3 to 1e3, which lie beyond all limits; near the means that a normaliser subtracts they
    /// lie within.
    private static func observation(
        for policy: Policy, isNearMeans: Bool, _ random: inout RandomStream
    ) -> [Float] {
        (0..<policy.observationSpace.count).map { column in
            let number = pow(10, 6 * random.nextFloat() - 3) * (random.nextFloat() < 0.5 ? -1 : 1)
            guard let normalizer = policy.observationNormalizer, isNearMeans else { return number }
            let moments = normalizer.moments
            return Float(moments.mean[column] + moments.variance(column).squareRoot() * Double(random.nextNormal()))
        }
    }

    private static func mask(for space: ActionSpace, _ random: inout RandomStream) -> [Bool] {
        space.choiceCounts.flatMap { count in
            var mask = (0..<count).map { _ in random.nextFloat() < 0.5 }
            mask[random.below(count)] = true
            return mask
        }
    }
}

extension ActionSpace {
    /// The number of choices of each component of a discrete action; none of a continuous one.
    var choiceCounts: [Int] {
        switch self {
        case .discrete(let discrete): [discrete.count]
        case .multiDiscrete(let multiDiscrete): multiDiscrete.counts
        case .box: []
        }
    }
}
