import ReinTestSupport
import Testing

@testable import Rein

@Suite("DQN under masks")
struct DQNMaskTests {
    @Test("A target is the value of the best valid next action", arguments: [false, true])
    func targets(isDouble: Bool) throws {
        let (rows, count) = (20, 4)
        func makePolicy(_ name: String) throws -> Policy {
            var policy = try DQNLearner.makePolicy(
                observationSpace: Box(-1...1, shape: [2]), actionSpace: .discrete(count),
                configuration: DQN.Configuration().with { $0.network.hidden = [8] },
                random: RandomStream(seed: 41, name: name))
            policy.masksActions = true
            return policy
        }
        let (online, target) = (try makePolicy("online"), try makePolicy("target"))
        guard case .actionValues(let values) = online.distribution else { return }
        let buffer = ReplayBuffer(capacity: rows, observationWidth: 2, actionWidth: 1, maskWidth: count)
        var random = RandomStream(seed: 42, name: "rows")
        var expected: [Float] = []
        var differs = 0
        for row in 0..<rows {
            let observation = [random.nextNormal(), random.nextNormal()]
            let next = [random.nextNormal(), random.nextNormal()]
            let action = random.below(count)
            var mask = (0..<count).map { _ in random.nextFloat() < 0.4 }
            mask[random.below(count)] = true
            let reward = random.nextNormal()
            let discount: Float = row % 4 == 0 ? 0 : 0.9
            buffer.append(
                observation: observation, action: [Float(action)], reward: reward, discount: discount,
                nextObservation: next, mask: nil, nextMask: mask)
            let judged = (isDouble ? online : target).outputs(for: next)
            let best = (0..<count).filter { mask[$0] }.max { judged[$0] < judged[$1] } ?? 0
            if judged.contains(where: { $0 > judged[best] }) { differs += 1 }
            expected.append(
                online.outputs(for: observation)[action] - reward - discount * target.outputs(for: next)[best])
        }
        #expect(differs > 2, "masks must matter")
        let batch = ReplayBatch(rows: rows, of: buffer)
        for row in 0..<rows { batch.indices.pointer[row] = Int32(row) }
        batch.gather(from: buffer)
        let errors = AlignedBuffer<Float>(count: rows)
        let (parameters, slower) = (
            AlignedBuffer(online.network.parameters), AlignedBuffer(target.network.parameters)
        )
        let context = DQNContext(
            policy: online, batch: batch, loss: DQNLoss(values: values, loss: .squared, scale: 1 / Float(rows)),
            online: UnsafePointer(parameters.pointer),
            selector: isDouble ? UnsafePointer(parameters.pointer) : nil, target: UnsafePointer(slower.pointer),
            errors: errors)
        _ = DQNShard(policy: online, values: values).run(context, 0..<rows)
        for row in 0..<rows { #expect(abs(errors[row] - expected[row]) < 1e-4) }
        withExtendedLifetime((parameters, slower)) {}
    }

    @Test(
        "What only the mask tells is put to use within 2,400 steps",
        arguments: [DQNTests.Variant.plain, .double, .multiStep, .rainbow])
    func maskedIdentity(variant: DQNTests.Variant) throws {
        // With the usual noise Rainbow may never try an action that it takes for the worst; it has no other chance.
        let algorithm = try DQNTests.train(MaskedIdentity.self, variant, iterations: 12) { $0.noiseScale = 2 }
        let policy = try #require(algorithm.policy())
        let episodes = try Evaluator(environment: EnvironmentSpecification(MaskedIdentity.self), seed: 5)
            .episodes(3, of: policy)
        #expect(episodes.allSatisfy { $0.totalReward >= 90 }, "\(episodes)")
    }
}
