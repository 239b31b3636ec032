import Foundation
import ReinTestSupport
import Testing

@testable import Rein

@Suite("The temperature of SAC")
struct SACTemperatureTests {
    static let actions = SACActions.continuous(SquashedGaussian(count: 3))

    @Test("The derivative of the loss equals a central difference", arguments: [-2.0, 0.0, 1.5])
    func gradient(logValue: Double) {
        func loss(_ logValue: Double) -> (loss: Double, gradient: Double) {
            SACLoss.temperature(logValue: logValue, meanLogDensity: 0.7, targetEntropy: -3)
        }
        let expected = CentralDifferences.gradient(at: [logValue]) { loss($0[0]).loss }
        #expect(abs(loss(logValue).gradient - expected[0]) < 1e-8)
    }

    @Test("Too little entropy raises the temperature, too much lowers it, and a fixed one stays")
    func direction() {
        var temperature = SACTemperature(SACConfiguration(), actions: Self.actions)
        #expect(abs(temperature.value - 1) < 1e-6)
        let target = temperature.targetEntropy.value(masks: AlignedBuffer(count: 0), rows: 256)
        #expect(target == -3)
        // Entropy −4 against −3 that are asked for: Adam's first step is the learning rate.
        #expect(abs(temperature.step(meanLogDensity: 4, targetEntropy: target, learningRate: 0.01)) < 1e-6)
        #expect(abs(temperature.logValue - 0.01) < 1e-6)
        for _ in 0..<20 {
            _ = temperature.step(meanLogDensity: 1, targetEntropy: target, learningRate: 0.01)
        }
        #expect(temperature.logValue < 0)
        let configuration = SACConfiguration().with {
            $0.learnsTemperature = false
            $0.initialTemperature = 0.2
        }
        var fixed = SACTemperature(configuration, actions: Self.actions)
        _ = fixed.step(meanLogDensity: 4, targetEntropy: target, learningRate: 0.01)
        #expect(abs(fixed.value - 0.2) < 1e-6)
    }

    @Test("Discrete actions are asked for almost all of their entropy, unless told otherwise")
    func discrete() {
        let actions = SACActions.discrete(Categorical(count: 4))
        func target(_ configured: Double?) -> Double {
            SACTargetEntropy(configured, actions: actions, areMasked: false)
                .value(masks: AlignedBuffer(count: 0), rows: 8)
        }
        #expect(abs(target(nil) - 1.358_568) < 1e-6)
        #expect(target(0.5) == 0.5)
    }

    @Test("Under masks they are asked for almost all of the entropy of the valid ones, which some policy has")
    func masked() {
        let actions = SACActions.discrete(Categorical(count: 4))
        let masks = AlignedBuffer([
            true, true, true, true, false, true, false, true, false, false, true, false, true, true, false, true,
        ])
        let target = SACTargetEntropy(nil, actions: actions, areMasked: true).value(masks: masks, rows: 4)
        // One valid action has no entropy to give.
        let largest = (log(4.0) + log(2.0) + 0 + log(3.0)) / 4
        #expect(abs(target - 0.98 * largest) < 1e-7)
        let all = SACTargetEntropy(nil, actions: actions, areMasked: true)
            .value(masks: AlignedBuffer([Bool](repeating: true, count: 16)), rows: 4)
        #expect(abs(all - SACTargetEntropy.unmasked(nil, actions: actions)) < 1e-12)
        let told = SACTargetEntropy(0.5, actions: actions, areMasked: true)
        #expect(told.value(masks: masks, rows: 4) == 0.5)
    }
}
