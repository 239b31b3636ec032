import Foundation
import ReinTestSupport
import Testing

@testable import Rein

/// The gradients of a shard of a batch, through all networks, against central differences of the losses written down
/// once more in double precision.
@Suite("Gradients of SAC")
struct SACGradientTests {
    static let rows = 12
    static let observationWidth = 3
    static let temperature: Float = 0.3

    enum Kind: CaseIterable {
        case continuous, discrete, masked

        var isDiscrete: Bool { self != .continuous }
    }

    /// A policy, critics and one batch of random numbers. A reference, which keeps the memory that a context points to.
    final class Fixture {
        let policy: Policy
        let actions: SACActions
        let critics: SACCritics
        let minibatch: SACMinibatch
        let shard: SACShard
        private let parameters: [AlignedBuffer<Float>]

        init(_ kind: Kind) throws {
            let configuration = SACConfiguration().with {
                $0.network = SACNetworkConfiguration(
                    hidden: [6], criticHidden: kind == .discrete ? [5, 4] : nil, activation: .tanh)
            }
            let random = RandomStream(seed: 21, name: "gradients")
            let policy = try SACLearner.makePolicy(
                observationSpace: Box(-1...1, shape: [SACGradientTests.observationWidth]),
                actionSpace: kind.isDiscrete ? .discrete(3) : .box(Box(-1...1, shape: [2])),
                configuration: configuration, random: random)
            let actions = SACActions(of: policy)
            func makeCritics(_ name: String) -> SACCritics {
                var initialization = random.stream(name)
                var critics = SACCritics(of: policy, network: configuration.network)
                critics.initialize(using: &initialization)
                return critics
            }
            self.policy = policy
            self.actions = actions
            critics = makeCritics("critics")
            parameters = [
                AlignedBuffer(policy.network.parameters), AlignedBuffer(critics.parameters),
                AlignedBuffer(makeCritics("targets").parameters),
            ]
            minibatch = SACMinibatch(
                rows: SACGradientTests.rows, dimensions: actions.dimensions,
                of: ReplayBuffer(
                    capacity: 1, observationWidth: SACGradientTests.observationWidth,
                    actionWidth: policy.distribution.actionWidth, maskWidth: kind == .masked ? 3 : 0))
            shard = SACShard(policy: policy, actions: actions, critics: critics)
            var stream = random.stream("batch")
            let batch = minibatch.transitions
            for buffer in [
                batch.observations, batch.nextObservations, batch.rewards, minibatch.noise, minibatch.nextNoise,
            ] {
                for index in 0..<buffer.count { buffer.pointer[index] = stream.nextNormal() }
            }
            for index in 0..<batch.actions.count {
                batch.actions.pointer[index] =
                    kind.isDiscrete ? Float(stream.below(3)) : 2 * stream.nextFloat() - 1
            }
            for masks in [batch.masks, batch.nextMasks] {
                for index in 0..<masks.count { masks.pointer[index] = index % 3 == 0 || stream.nextFloat() < 0.5 }
            }
            for row in 0..<SACGradientTests.rows {
                batch.discounts.pointer[row] = row % 3 == 0 ? 0 : 0.9
                batch.weights.pointer[row] = 0.2 + stream.nextFloat()
            }
        }

        func context(_ loss: ErrorLoss = .squared) -> SACContext {
            SACContext(
                actor: policy.network.policy, critics: critics.networks,
                actorParameters: UnsafePointer(parameters[0].pointer),
                criticParameters: UnsafePointer(parameters[1].pointer),
                targetParameters: UnsafePointer(parameters[2].pointer), minibatch: minibatch,
                temperature: SACGradientTests.temperature, weight: 1 / Float(SACGradientTests.rows), loss: loss)
        }

        var actorParameters: [Double] { parameters[0].elements.map { Double($0) } }
        var criticParameters: [Double] { parameters[1].elements.map { Double($0) } }
        var targetParameters: [Double] { parameters[2].elements.map { Double($0) } }

        func row(_ buffer: AlignedBuffer<Float>, _ row: Int, width: Int) -> [Double] {
            (0..<width).map { Double(buffer.pointer[row * width + $0]) }
        }

        /// What each critic says of an observation and, for continuous actions, an action.
        func values(_ observation: [Double], _ action: [Double], parameters: [Double]) -> [[Double]] {
            critics.networks.map {
                ReferencePerceptron.outputs($0, input: observation + action, parameters: parameters)
            }
        }

        /// The valid actions of a row.
        func valid(_ masks: AlignedBuffer<Bool>, _ row: Int) -> [Int] {
            (0..<3).filter { masks.count == 0 || masks.pointer[3 * row + $0] }
        }

        /// E[min(Q₁, Q₂) − α log π] in a state, over the valid actions.
        func softValue(
            _ observation: [Double], _ valid: [Int], noise: [Double], actor: [Double], critics parameters: [Double]
        ) -> Double {
            let head = ReferencePerceptron.outputs(policy.network.policy, input: observation, parameters: actor)
            let alpha = Double(SACGradientTests.temperature)
            guard actions.dimensions > 0 else {
                let normalizer = log(valid.reduce(0.0) { $0 + exp(head[$1]) })
                let values = values(observation, [], parameters: parameters)
                return valid.reduce(0.0) { sum, action in
                    let logP = head[action] - normalizer
                    return sum + exp(logP) * (min(values[0][action], values[1][action]) - alpha * logP)
                }
            }
            let (action, logDensity) = SACGaussianTests.draw(head: head, noise: noise, bounds: -20...2)
            let values = values(observation, action, parameters: parameters)
            return min(values[0][0], values[1][0]) - alpha * logDensity
        }
    }

    @Test("The policy's gradient equals central differences of its loss", arguments: Kind.allCases)
    func actor(kind: Kind) throws {
        let fixture = try Fixture(kind)
        let context = fixture.context()
        let shard = fixture.shard
        shard.act(context, next: false, 0..<Self.rows)
        for critic in 0..<2 { shard.evaluate(context, critic: critic, 0..<Self.rows) }
        shard.improveActor(context, 0..<Self.rows)
        let criticParameters = fixture.criticParameters
        func total(_ parameters: [Double]) -> Double {
            (0..<Self.rows).reduce(0.0) { sum, row in
                let observation = fixture.row(
                    fixture.minibatch.transitions.observations, row, width: Self.observationWidth)
                let noise = fixture.row(fixture.minibatch.noise, row, width: fixture.actions.dimensions)
                return sum
                    - fixture.softValue(
                        observation, fixture.valid(fixture.minibatch.transitions.masks, row), noise: noise,
                        actor: parameters, critics: criticParameters)
            } / Double(Self.rows)
        }
        #expect(abs(shard.actorLoss / Double(Self.rows) - total(fixture.actorParameters)) < 1e-5)
        let expected = CentralDifferences.gradient(at: fixture.actorParameters, of: total)
        #expect(CentralDifferences.relativeError(Array(shard.actorGradients.elements), expected) < 1e-5)
    }

    @Test(
        "The critics' gradient equals central differences of their weighted loss", arguments: Kind.allCases,
        ErrorLoss.allCases)
    func critics(kind: Kind, loss: ErrorLoss) throws {
        let fixture = try Fixture(kind)
        let context = fixture.context(loss)
        let shard = fixture.shard
        for half in 0..<2 { shard.act(context, next: half == 0, 0..<Self.rows) }
        for critic in 0..<2 { shard.evaluateNext(context, critic: critic, 0..<Self.rows) }
        for critic in 0..<2 { shard.improveCritic(context, critic: critic, 0..<Self.rows) }
        let batch = fixture.minibatch.transitions
        let (actor, targetParameters) = (fixture.actorParameters, fixture.targetParameters)
        let targets = (0..<Self.rows).map { row in
            let valid = fixture.valid(batch.nextMasks, row)
            var value = fixture.softValue(
                fixture.row(batch.nextObservations, row, width: Self.observationWidth), valid,
                noise: fixture.row(fixture.minibatch.nextNoise, row, width: fixture.actions.dimensions),
                actor: actor, critics: targetParameters)
            // Under masks entropy counts against that of uniform valid actions.
            if kind == .masked { value -= Double(Self.temperature) * log(Double(valid.count)) }
            return Double(batch.rewards.pointer[row]) + Double(batch.discounts.pointer[row]) * value
        }
        func total(_ parameters: [Double]) -> Double {
            (0..<Self.rows).reduce(0.0) { sum, row in
                let values = fixture.values(
                    fixture.row(batch.observations, row, width: Self.observationWidth),
                    fixture.row(batch.actions, row, width: fixture.actions.dimensions), parameters: parameters)
                let chosen = kind.isDiscrete ? Int(batch.actions.pointer[row]) : 0
                let part = values.reduce(0.0) { part, values in
                    let error = values[chosen] - targets[row]
                    return part + (loss == .huber && abs(error) > 1 ? abs(error) - 0.5 : 0.5 * error * error)
                }
                return sum + Double(batch.weights.pointer[row]) * part
            } / Double(Self.rows)
        }
        let measured = (shard.critics.first.sums.loss + shard.critics.second.sums.loss) / Double(Self.rows)
        #expect(abs(measured - total(fixture.criticParameters)) < 1e-5)
        let expected = CentralDifferences.gradient(at: fixture.criticParameters, of: total)
        #expect(CentralDifferences.relativeError(Array(shard.criticGradients.elements), expected) < 1e-5)
        let errors = shard.critics.first.errors.elements.prefix(Self.rows).map { abs($0) }
        #expect(errors.contains { $0 > 1 } && errors.contains { $0 < 1 })
    }
}
