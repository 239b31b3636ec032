import Rein
import ReinTestSupport
import Testing

@Suite("Acting under masks and with several components")
struct MaskedActingTests {
    static func policy(_ environment: EnvironmentSpecification) throws -> Policy {
        try PPOLearner.makePolicy(
            observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
            configuration: PPO.Configuration().with {
                $0.network.hidden = [8]
                $0.network.policyGain = 1
            },
            random: RandomStream(seed: 1, name: "acting"))
    }

    static let multi = EnvironmentSpecification(MaskedMultiIdentity.self)
    static let single = EnvironmentSpecification(MaskedIdentity.self)

    @Test("A multi-discrete policy takes the largest logit of each component")
    func multiDiscrete() throws {
        let policy = try Self.policy(Self.multi)
        #expect(policy.outputCount == 7 && policy.actionTransform == .none)
        let outputs = policy.outputs(for: [1, 0])
        let first = (0..<4).max { outputs[$0] < outputs[$1] }
        let second = (0..<3).max { outputs[4 + $0] < outputs[4 + $1] }
        #expect(policy.action(for: [1, 0]) == .multiDiscrete([try #require(first), try #require(second)]))
    }

    @Test("A mask leaves only what it allows, in each component")
    func components() throws {
        let policy = try Self.policy(Self.multi)
        var random = RandomStream(seed: 2, name: "draws")
        let mask = [false, true, false, true, true, false, true]
        var seen: Set<Action> = []
        for _ in 0..<200 { seen.insert(policy.sampleAction(for: [0, 1], mask: mask, using: &random)) }
        let valid = [1, 3].flatMap { first in [0, 2].map { Action.multiDiscrete([first, $0]) } }
        #expect(seen == Set(valid))
        #expect(valid.contains(policy.action(for: [0, 1], mask: mask)))
        let only = [false, false, true, false, false, true, false]
        #expect(policy.action(for: [0, 1], mask: only) == .multiDiscrete([2, 1]))
    }

    @Test("Many observations with masks at once give what each gives alone", arguments: [multi, single])
    func batch(environment: EnvironmentSpecification) throws {
        let policy = try Self.policy(environment)
        let (rows, width, entries) = (9, environment.observationSpace.count, environment.actionSpace.maskWidth)
        let inference = PolicyInference(policy, rows: rows)
        var random = RandomStream(seed: 5, name: "observations")
        let observations = (0..<rows * width).map { _ in random.nextNormal() }
        var masks = (0..<rows * entries).map { _ in random.nextFloat() < 0.5 }
        for row in 0..<rows {
            // At least one valid choice in each component.
            var base = row * entries
            for count in environment.actionSpace.choiceCounts {
                masks[base + random.below(count)] = true
                base += count
            }
        }
        let actionWidth = environment.actionSpace.width
        var actions = [Float](repeating: .nan, count: rows * actionWidth)
        inference.act(rows: rows, observations: observations, masks: masks, into: &actions)
        var draws = actions
        var streams = (0..<rows).map { RandomStream(seed: 6, name: "draws", index: $0) }
        var copies = streams
        inference.sample(rows: rows, observations: observations, masks: masks, into: &draws, using: &streams)
        func row(_ action: Action) -> [Float] {
            switch action {
            case .discrete(let index): [Float(index)]
            case .multiDiscrete(let indices): indices.map { Float($0) }
            case .continuous(let values): values
            }
        }
        for index in 0..<rows {
            let observation = Array(observations[index * width..<(index + 1) * width])
            let mask = Array(masks[index * entries..<(index + 1) * entries])
            let range = index * actionWidth..<(index + 1) * actionWidth
            #expect(row(policy.action(for: observation, mask: mask)) == Array(actions[range]))
            #expect(
                row(policy.sampleAction(for: observation, mask: mask, using: &copies[index])) == Array(draws[range]))
            if actionWidth == 1 {
                let alone = inference.actionIndex(for: observation.span, mask: mask.span)
                #expect(Float(alone) == actions[index])
            }
        }
    }

    @Test("A mask that allows everything changes no draw and no density", arguments: [multi, single])
    func fullMask(environment: EnvironmentSpecification) throws {
        let policy = try Self.policy(environment)
        let (rows, width) = (4, policy.distribution.headWidth)
        let sampler = ActionSampler(policy.distribution, rows: rows)
        var random = RandomStream(seed: 7, name: "heads")
        let heads = (0..<rows * width).map { _ in random.nextNormal() }
        let full = [Bool](repeating: true, count: rows * width)
        func draw(_ masks: [Bool]?) -> ([Float], [UInt32]) {
            var streams = (0..<rows).map { RandomStream(seed: 8, name: "draws", index: $0) }
            var actions = [Float](repeating: .nan, count: rows * policy.distribution.actionWidth)
            var densities = [Float](repeating: .nan, count: rows)
            if let masks {
                sampler.sample(
                    rows: rows, heads: heads, logDeviations: heads, masks: masks, streams: &streams,
                    actions: &actions, logDensities: &densities)
            } else {
                sampler.sample(
                    rows: rows, heads: heads, logDeviations: heads, streams: &streams, actions: &actions,
                    logDensities: &densities)
            }
            return (actions, densities.map(\.bitPattern))
        }
        #expect(draw(nil) == draw(full))
    }

    @Test("A policy is saved with its components, and says whether it is trained with masks only if it is")
    func state() throws {
        var policy = try Self.policy(Self.multi)
        #expect(try Policy(restoring: policy.state) == policy)
        guard case .map(let plain) = policy.state else { throw StateError(.wrongType, "no map") }
        #expect(plain["masksActions"] == nil && policy.maskWidth == 0)
        policy.masksActions = true
        #expect(policy.maskWidth == 7)
        let restored = try Policy(restoring: policy.state)
        #expect(restored == policy && restored.masksActions)
    }

    @Test("A distribution over other components than the space has is refused")
    func mismatch() throws {
        let policy = try Self.policy(Self.multi)
        #expect(throws: StateError.self) {
            try Policy(
                observationSpace: policy.observationSpace, actionSpace: .multiDiscrete([3, 4]),
                distribution: policy.distribution, network: policy.network)
        }
        #expect(throws: StateError.self) {
            try Policy(
                observationSpace: policy.observationSpace, actionSpace: .discrete(7),
                distribution: policy.distribution, network: policy.network)
        }
    }
}
