import Rein

/// A policy of one kind of distribution, with a network of 2x64.
struct ActingSubject {
    let name: String
    let policy: Policy
    let observation: [Float] = [0.1, 0.2, 0.3, 0.4]

    /// One of each kind.
    static func all() throws -> [ActingSubject] {
        let box = ActionSpace.box(Box(-2...2, shape: [3]))
        let noise = StateDependentGaussian(count: 3, featureCount: 64)
        return try [
            ActingSubject("categorical", .discrete(4), .categorical(Categorical(count: 4))),
            ActingSubject(
                "multiCategorical", .multiDiscrete([3, 2]), .multiCategorical(MultiCategorical(counts: [3, 2]))),
            ActingSubject("diagonalGaussian", box, .diagonalGaussian(DiagonalGaussian(count: 3))) {
                $0.hasLogDeviation = true
            },
            ActingSubject("conditionalGaussian", box, .conditionalGaussian(ConditionalGaussian(count: 3))),
            ActingSubject("squashedGaussian", box, .squashedGaussian(SquashedGaussian(count: 3))),
            ActingSubject("deterministic", box, .deterministic(Deterministic(count: 3))),
            ActingSubject("stateDependentGaussian", box, .stateDependentGaussian(noise)) {
                $0.hasLogDeviation = true
                $0.hasLogDeviationPerFeature = true
            },
            ActingSubject("actionValues", .discrete(4), .actionValues(ActionValues(count: 4))),
            ActingSubject(
                "actionValues of 21 atoms", .discrete(4),
                .actionValues(ActionValues(count: 4, atoms: 21, low: -1, high: 1))),
        ]
    }

    private init(
        _ name: String, _ actions: ActionSpace, _ distribution: ActionDistribution,
        _ change: (inout ActorCriticArchitecture) -> Void = { _ in }
    ) throws {
        var architecture = ActorCriticArchitecture(inputs: 4, outputs: distribution.headWidth, value: .none)
        change(&architecture)
        var network = ActorCritic(architecture)
        var random = RandomStream(seed: 1, name: "parameters")
        for index in network.parameters.indices { network.parameters[index] = 0.1 * random.nextNormal() }
        self.name = name
        policy = try Policy(
            observationSpace: Box(-1...1, shape: [4]), actionSpace: actions, distribution: distribution,
            network: network)
    }

    /// The ways to act, each with what does it a number of times and gives a number that depends on all of it.
    var ways: [(name: String, run: (Int) -> Float)] {
        let (policy, observation) = (policy, observation)
        return [
            (
                "PolicyInference.act",
                { calls in
                    let inference = PolicyInference(policy)
                    var action = [Float](repeating: 0, count: policy.actionSpace.width)
                    var sum: Float = 0
                    for _ in 0..<calls {
                        inference.act(observations: observation, into: &action)
                        sum += action[0]
                    }
                    return sum
                }
            ),
            (
                "PolicyInference.sample",
                { calls in
                    let inference = PolicyInference(policy)
                    var streams = [RandomStream(seed: 1, name: "actions")]
                    var action = [Float](repeating: 0, count: policy.actionSpace.width)
                    var sum: Float = 0
                    for _ in 0..<calls {
                        inference.sample(observations: observation, into: &action, using: &streams)
                        sum += action[0]
                    }
                    return sum
                }
            ),
            (
                "Policy.action",
                { calls in
                    var sum: Float = 0
                    for _ in 0..<calls { sum += Self.first(policy.action(for: observation)) }
                    return sum
                }
            ),
            (
                "Policy.sampleAction",
                { calls in
                    var stream = RandomStream(seed: 1, name: "actions")
                    var sum: Float = 0
                    for _ in 0..<calls { sum += Self.first(policy.sampleAction(for: observation, using: &stream)) }
                    return sum
                }
            ),
        ]
    }

    private static func first(_ action: Action) -> Float {
        switch action {
        case .discrete(let index): Float(index)
        case .multiDiscrete(let indices): Float(indices[0])
        case .continuous(let elements): elements[0]
        }
    }
}
