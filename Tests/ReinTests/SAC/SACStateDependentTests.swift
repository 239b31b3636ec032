import Foundation
import ReinTestSupport
import Testing

@testable import Rein

@Suite("SAC with state-dependent exploration")
struct SACStateDependentTests {
    static let configuration = SAC.Configuration(seed: 3).with {
        $0.environmentCount = 2
        $0.stepsPerIteration = 15
        $0.trainingInterval = 4
        $0.updatesPerInterval = 2
        $0.learningStarts = 20
        $0.replayCapacity = 60  // Full and overwritten before the end.
        $0.batchSize = 100  // Two shards, the second one smaller.
        $0.usesStateDependentExploration = true
        $0.explorationInterval = 3
        $0.network.hidden = [16, 8]
    }

    static func algorithm(threads: Int = 1, _ change: (inout SAC.Configuration) -> Void = { _ in }) throws -> SAC {
        try SAC(environment: Pendulum.self, configuration: configuration.with(change), threads: threads)
    }

    static func states(of algorithm: SAC, iterations: Int = 3) throws -> [StateTree] {
        for _ in 0..<iterations { _ = try algorithm.train() }
        return [algorithm.state, try #require(algorithm.policy()).state]
    }

    @Test("The same seed gives the same bits, on 1, 2 and 4 threads")
    func repeats() throws {
        let one = try Self.states(of: Self.algorithm())
        for threads in [1, 2, 4] {
            #expect(try Self.states(of: Self.algorithm(threads: threads)) == one)
        }
        #expect(try Self.states(of: Self.algorithm { $0.seed = 4 }) != one)
    }

    @Test(
        "Saving, restoring and going on gives the files of an uninterrupted run", arguments: CheckpointFormat.allCases)
    func resume(format: CheckpointFormat) throws {
        try withTemporaryDirectory { directory in
            let whole = try Self.algorithm()
            _ = try Self.states(of: whole, iterations: 4)
            try whole.save(to: directory + "/whole", format: format)
            let first = try Self.algorithm()
            _ = try Self.states(of: first, iterations: 2)
            try first.save(to: directory + "/half", format: format)
            let second = try SAC(restoring: directory + "/half", threads: 2)
            _ = try Self.states(of: second, iterations: 2)
            try second.save(to: directory + "/resumed", format: format)
            #expect(try files(below: directory + "/resumed") == files(below: directory + "/whole"))
        }
    }

    @Test("The deviations are learnt from their first value on")
    func deviations() throws {
        let algorithm = try Self.algorithm()
        let before = try #require(algorithm.policy()).network
        #expect(before.logDeviationRange.count == 8)
        #expect(before.parameters[before.logDeviationRange].allSatisfy { $0 == -3 })
        _ = try Self.states(of: algorithm)
        let after = try #require(algorithm.policy()).network
        // Units that are never active have none to learn.
        #expect(after.parameters[after.logDeviationRange].contains { $0 != -3 })
        #expect(after.parameters.allSatisfy { $0.isFinite })
    }

    @Test("A continuous identity is learnt in 500 steps, of which 100 are uniform")
    func identity() throws {
        let (algorithm, _) = try SACProbeTests.train(ContinuousIdentity.self, iterations: 5) {
            $0.usesStateDependentExploration = true
        }
        try SACProbeTests.expectSolved(algorithm, EnvironmentSpecification(ContinuousIdentity.self))
    }

    @Test("Discrete actions and impossible settings are refused, by their keys")
    func refusal() throws {
        let discrete = try #require(throws: ConfigurationError.self) {
            try SAC(environment: CartPole.self, configuration: Self.configuration)
        }
        #expect(discrete.key == "usesStateDependentExploration")
        let interval = try #require(throws: ConfigurationError.self) {
            try Self.configuration.with { $0.explorationInterval = 0 }.validate()
        }
        #expect(interval.key == "explorationInterval")
        let deviation = try #require(throws: ConfigurationError.self) {
            try Self.configuration.with { $0.network.logDeviation = 100 }.validate()
        }
        #expect(deviation.key == "network.logDeviation")
    }
}

@Suite("Squashed actions with state-dependent noise")
struct SACStateDependentSampleTests {
    static let features: [Float] = [0.5, -0.2, 0.9, 0.1, -0.7, 0.3, 0.0, 0.8, 0.05, -0.95, 0.4, -0.6]
    static let logDeviations: [Float] = [-0.5, -1.0, -2.0, 0.3, -1.2, -0.7, 0.1, -3.0]
    static let noise: [Float] = [0.4, -1.3, 0.7, 0.2, -0.9, 1.1, 0.5, -0.3]

    static func distribution(count: Int, features: Int) -> StateDependentGaussian {
        StateDependentGaussian(count: count, featureCount: features, isSquashed: true, meanLimit: 2)
    }

    /// An action and its log-density in one state, in double precision.
    static func draw(
        head: [Double], features: [Double], logDeviations: [Double], noise: [Double]
    ) -> (action: [Double], logDensity: Double) {
        let count = head.count
        var sum = 0.0
        let action = (0..<count).map { dimension in
            var shift = 0.0
            var variance = 1e-6
            for (feature, h) in features.enumerated() {
                let index = feature * count + dimension
                shift += h * exp(logDeviations[index]) * noise[index]
                variance += h * h * exp(2 * logDeviations[index])
            }
            let u = max(-2, min(2, head[dimension])) + shift
            sum += -0.5 * shift * shift / variance - 0.5 * log(2 * Double.pi * variance)
            sum -= 2 * (log(2.0) - abs(u) - log1p(exp(-2 * abs(u))))
            return tanh(u)
        }
        return (action, sum)
    }

    @Test("Actions, log-densities, loss and gradients are those of Stable-Baselines3")
    func reference() throws {
        // Of StateDependentNoiseDistribution(2, squash_output=True, learn_features=True) of Stable-Baselines3 2.9.2
        // with means limited to ±2, differentiated by PyTorch in double precision. It adds 1e-6 to 1 − a², which
        // Rein's form of the density has no need of.
        let sample = SACStateDependentSample(Self.distribution(count: 2, features: 4), rows: 3)
        sample.observe(rows: 3, features: Self.features, logDeviations: Self.logDeviations)
        sample.draw(rows: 3, heads: [0.3, -0.6, 2.4, 0.2, -0.4, -2.1], noise: Self.noise)
        let drawn = Array(UnsafeBufferPointer(start: try #require(sample.drawnActions), count: 6))
        let actions = [0.210_457_906, -0.382_504_540, 0.980_122_398, 0.539_757_201, -0.724_878_028, -0.967_582_173]
        for (measured, expected) in zip(drawn, actions) { #expect(abs(Double(measured) - expected) < 1e-6) }
        let logDensities = [-0.265_450_828, 2.092_250_520, 1.489_436_198]
        for (row, expected) in logDensities.enumerated() {
            #expect(abs(Double(sample.logDensities[row]) - expected) < 5e-5)
        }
        // A critic that is linear in the action.
        let slopes = AlignedBuffer([0.8, -0.5, 0.3, 0.7, -1.0, 0.2] as [Float])
        let values = AlignedBuffer(
            (0..<3).map { drawn[2 * $0] * slopes[2 * $0] + drawn[2 * $0 + 1] * slopes[2 * $0 + 1] })
        let evaluation = SACEvaluation(
            values: values.rows(of: 1), slopes: slopes.rows(of: 2))
        var gradient = [Float](repeating: .nan, count: 6)
        var deviationGradient = [Float](repeating: .nan, count: 8)
        let loss = withExtendedLifetime((slopes, values)) {
            sample.loss(
                rows: 3, first: evaluation, second: evaluation, temperature: 0.3, weight: 1 / 3, gradient: &gradient)
        }
        let featureGradient = Array(
            UnsafeBufferPointer(
                start: try #require(sample.backward(rows: 3, deviationGradient: &deviationGradient)), count: 12))
        #expect(abs(loss / 3 - -0.189_325_394) < 2e-5)
        #expect(
            CentralDifferences.relativeError(
                gradient, [-0.212_763_788, 0.065_780_894, 0, -0.057_403_217, 0.013_208_648, 0]) < 1e-4)
        #expect(
            CentralDifferences.relativeError(
                deviationGradient,
                [
                    -0.112_202_655, -0.091_367_271, -0.005_443_744, -0.108_100_083, -0.014_033_604, -0.101_043_153,
                    -0.099_035_432, 0.000_757_277,
                ]) < 1e-4)
        #expect(
            CentralDifferences.relativeError(
                featureGradient,
                [
                    -0.158_672_830, 0.090_647_587, -0.061_721_903, -0.156_519_861, 0.186_107_566, -0.117_751_224,
                    -0.170_089_053, 0.000_215_730, 0.120_835_707, 0.063_251_518, -0.148_817_610, 0.137_997_922,
                ]) < 1e-4)
    }

    @Test(
        "The density integrates to 1 over the actions",
        arguments: [(0.3, -0.5), (-1.0, -1.0), (0.0, 0.0), (3.0, -2.0)] as [(Float, Float)])
    func density(mean: Float, logDeviation: Float) {
        let cells = 2000
        let sample = SACStateDependentSample(Self.distribution(count: 1, features: 1), rows: 1)
        let center = Double(max(-2, min(2, mean)))
        let integral = (0..<cells).reduce(0.0) { sum, cell in
            let action = (2 * Double(cell) + 1) / Double(cells) - 1
            let noise = Float((atanh(action) - center) / exp(Double(logDeviation)))
            sample.observe(rows: 1, features: [1], logDeviations: [logDeviation])
            sample.draw(rows: 1, heads: [mean], noise: [noise])
            return sum + exp(Double(sample.logDensities[0]))
        }
        #expect(abs(integral * 2 / Double(cells) - 1) < 2e-3, "\(integral * 2 / Double(cells))")
    }

    @Test("Far out in the tails, and where no feature is active, everything stays finite")
    func saturation() throws {
        let heads: [Float] = [-40, 40, 0, 0, 1, -1]
        let features: [Float] = [1, 1, 0, 0, 30, -30]
        let sample = SACStateDependentSample(Self.distribution(count: 2, features: 2), rows: 3)
        sample.observe(rows: 3, features: features, logDeviations: [-1, 0, 1, -1])
        sample.draw(rows: 3, heads: heads, noise: [0.5, -0.5, 1.5, 1])
        let drawn = try #require(sample.drawnActions)
        for index in 0..<6 { #expect(abs(drawn[index]) <= 1) }
        let values = AlignedBuffer([Float](repeating: 1, count: 6))
        let evaluation = SACEvaluation(
            values: values.rows(of: 1), slopes: values.rows(of: 2))
        var gradient = [Float](repeating: .nan, count: 6)
        var deviationGradient = [Float](repeating: .nan, count: 4)
        let loss = withExtendedLifetime(values) {
            sample.loss(
                rows: 3, first: evaluation, second: evaluation, temperature: 0.2, weight: 1, gradient: &gradient)
        }
        let featureGradient = try #require(sample.backward(rows: 3, deviationGradient: &deviationGradient))
        #expect(loss.isFinite)
        #expect((gradient + deviationGradient).allSatisfy { $0.isFinite })
        for index in 0..<6 { #expect(featureGradient[index].isFinite) }
    }

    @Test("The loss's gradients equal central differences, and are 0 where a mean is cut off")
    func gradient() throws {
        let (rows, count, width) = (20, 2, 3)
        var random = RandomStream(seed: 31, name: "heads")
        let heads = (0..<rows * count).map { _ in 1.5 * random.nextNormal() }
        let features = (0..<rows * width).map { _ in random.nextNormal() }
        let deviations = (0..<width * count).map { _ in -0.7 + 0.4 * random.nextNormal() }
        let noise = (0..<width * count).map { _ in random.nextNormal() }
        let (alpha, weight): (Float, Float) = (0.25, 1 / Float(rows))
        // Two critics that are smooth functions of the action, with their derivatives.
        func first(_ a: [Double]) -> Double { 0.8 * a[0] - 0.5 * a[1] + a[0] * a[1] }
        func second(_ a: [Double]) -> Double { 0.3 * a[1] - 0.4 * a[0] - a[0] * a[0] + 0.2 }
        // The point is all heads, then the features, then the log standard deviations.
        let split = rows * count
        func drawn(_ point: [Double], _ row: Int) -> (action: [Double], logDensity: Double) {
            Self.draw(
                head: Array(point[row * count..<(row + 1) * count]),
                features: Array(point[split + row * width..<split + (row + 1) * width]),
                logDeviations: Array(point.suffix(width * count)), noise: noise.map { Double($0) })
        }
        func total(_ point: [Double]) -> Double {
            (0..<rows).reduce(0.0) { sum, row in
                let (action, logDensity) = drawn(point, row)
                return sum + Double(alpha) * logDensity - min(first(action), second(action))
            } / Double(rows)
        }
        let point = (heads + features + deviations).map { Double($0) }
        let actions = (0..<rows).map { drawn(point, $0).action }
        let firstValues = AlignedBuffer(actions.map { Float(first($0)) })
        let secondValues = AlignedBuffer(actions.map { Float(second($0)) })
        let firstSlopes = AlignedBuffer(actions.flatMap { [Float(0.8 + $0[1]), Float($0[0] - 0.5)] })
        let secondSlopes = AlignedBuffer(actions.flatMap { [Float(-0.4 - 2 * $0[0]), 0.3] })
        let sample = SACStateDependentSample(Self.distribution(count: count, features: width), rows: rows)
        sample.observe(rows: rows, features: features, logDeviations: deviations)
        sample.draw(rows: rows, heads: heads, noise: noise)
        var gradient = [Float](repeating: .nan, count: heads.count)
        var deviationGradient = [Float](repeating: .nan, count: deviations.count)
        let loss = withExtendedLifetime((firstValues, secondValues, firstSlopes, secondSlopes)) {
            sample.loss(
                rows: rows,
                first: SACEvaluation(
                    values: firstValues.rows(of: 1), slopes: firstSlopes.rows(of: count)),
                second: SACEvaluation(
                    values: secondValues.rows(of: 1), slopes: secondSlopes.rows(of: count)),
                temperature: alpha, weight: weight, gradient: &gradient)
        }
        let featureGradient = try #require(sample.backward(rows: rows, deviationGradient: &deviationGradient))
        let measured =
            gradient + UnsafeBufferPointer(start: featureGradient, count: features.count) + deviationGradient
        #expect(abs(loss / Double(rows) - total(point)) < 1e-5)
        let expected = CentralDifferences.gradient(at: point, of: total)
        #expect(CentralDifferences.relativeError(measured, expected) < 2e-5)
        let cutOff = heads.indices.filter { abs(heads[$0]) > 2 }
        #expect(!cutOff.isEmpty)
        #expect(cutOff.allSatisfy { gradient[$0] == 0 })
    }

    @Test("One exploration matrix serves a whole batch, in the states and in those that followed")
    func sharedMatrix() {
        let buffer = ReplayBuffer(capacity: 4, observationWidth: 1, actionWidth: 2)
        buffer.append(observation: [0], action: [0, 0], reward: 0, discount: 0, nextObservation: [0])
        let minibatch = SACMinibatch(rows: 70, dimensions: 2, matrixCount: 8, of: buffer)
        var noise = RandomStream(seed: 1, name: "noise")
        var expected = noise
        minibatch.drawNoise(using: &noise)
        for first in [0, 64] {
            for next in [false, true] {
                var stream = expected
                let drawn = minibatch.noise(next: next, first..<70, dimensions: 2)
                for index in 0..<8 { #expect(drawn[index] == stream.nextNormal()) }
            }
        }
        for _ in 0..<8 { _ = expected.nextNormal() }
        #expect(noise == expected, "no other noise is drawn")
    }

    @Test(
        "The policy's gradient, through the features too, equals central differences of its loss",
        arguments: [[6], [7, 5]])
    func actor(hidden: [Int]) throws {
        let (rows, width) = (12, 3)
        let temperature: Float = 0.3
        let configuration = SACConfiguration().with {
            $0.network = SACNetworkConfiguration(hidden: hidden, activation: .tanh, logDeviation: -0.5)
            $0.usesStateDependentExploration = true
        }
        let random = RandomStream(seed: 21, name: "gradients")
        let policy = try SACLearner.makePolicy(
            observationSpace: Box(-1...1, shape: [width]), actionSpace: .box(Box(-1...1, shape: [2])),
            configuration: configuration, random: random)
        let actions = SACActions(of: policy)
        var initialization = random.stream("critics")
        var critics = SACCritics(of: policy, network: configuration.network)
        critics.initialize(using: &initialization)
        let minibatch = SACMinibatch(
            rows: rows, dimensions: 2, matrixCount: actions.matrixCount,
            of: ReplayBuffer(capacity: 1, observationWidth: width, actionWidth: 2))
        let noise = try #require(minibatch.matrixNoise)
        #expect(noise.count == 2 * (hidden.last ?? 0))
        var stream = random.stream("batch")
        let observations = minibatch.transitions.observations
        for buffer in [observations, noise] {
            for index in 0..<buffer.count { buffer.pointer[index] = stream.nextNormal() }
        }
        let (actor, critic) = (AlignedBuffer(policy.network.parameters), AlignedBuffer(critics.parameters))
        let deviations = policy.network.logDeviationRange
        let context = SACContext(
            actor: policy.network.policy, critics: critics.networks, actorParameters: UnsafePointer(actor.pointer),
            logDeviationOffset: deviations.lowerBound, criticParameters: UnsafePointer(critic.pointer),
            targetParameters: UnsafePointer(critic.pointer), minibatch: minibatch, temperature: temperature,
            weight: 1 / Float(rows))
        let shard = SACShard(policy: policy, actions: actions, critics: critics)
        withExtendedLifetime((actor, critic)) {
            shard.act(context, next: false, 0..<rows)
            for index in 0..<2 { shard.evaluate(context, critic: index, 0..<rows) }
            shard.improveActor(context, 0..<rows)
        }
        let body = MultilayerPerceptron(inputs: width, hidden: hidden, outputs: nil, activation: .tanh, offset: 0)
        let criticParameters = critics.parameters.map { Double($0) }
        let matrix = noise.elements.map { Double($0) }
        func total(_ parameters: [Double]) -> Double {
            (0..<rows).reduce(0.0) { sum, row in
                let observation = (0..<width).map { Double(observations.pointer[row * width + $0]) }
                let (action, logDensity) = Self.draw(
                    head: ReferencePerceptron.outputs(
                        policy.network.policy, input: observation, parameters: parameters),
                    features: ReferencePerceptron.outputs(body, input: observation, parameters: parameters),
                    logDeviations: Array(parameters[deviations]), noise: matrix)
                let values = critics.networks.map {
                    ReferencePerceptron.outputs($0, input: observation + action, parameters: criticParameters)[0]
                }
                return sum + Double(temperature) * logDensity - min(values[0], values[1])
            } / Double(rows)
        }
        let point = policy.network.parameters.map { Double($0) }
        #expect(abs(shard.actorLoss / Double(rows) - total(point)) < 1e-5)
        let expected = CentralDifferences.gradient(at: point, of: total)
        #expect(CentralDifferences.relativeError(Array(shard.actorGradients.elements), expected) < 1e-5)
    }
}
