import Foundation
import ReinNetworks
import ReinNumerics
import ReinTestSupport
import Testing

@testable import Rein

@Suite("Losses of DQN")
struct DQNLossTests {
    static let rows = 24

    @Test("Plain losses and their gradients equal central differences", arguments: [true, false])
    func plain(isHuber: Bool) {
        let values = ActionValues(count: 3)
        var random = RandomStream(seed: 21, name: "loss")
        let heads = (0..<Self.rows * 3).map { _ in 2 * random.nextNormal() }
        let actions = (0..<Self.rows).map { _ in Float(random.below(3)) }
        let targets = (0..<Self.rows).map { _ in random.nextNormal() }
        let weights = (0..<Self.rows).map { _ in 0.2 + random.nextFloat() }
        let loss = DQNLoss(values: values, loss: isHuber ? .huber : .squared, scale: 1 / Float(Self.rows))
        func total(_ heads: [Double]) -> Double {
            (0..<Self.rows).reduce(0.0) { sum, row in
                let error = heads[row * 3 + Int(actions[row])] - Double(targets[row])
                let part = isHuber && abs(error) > 1 ? abs(error) - 0.5 : 0.5 * error * error
                return sum + Double(weights[row]) * part
            } / Double(Self.rows)
        }
        let (gradient, errors, sums) = DQNRows.evaluate(
            heads: heads, actions: actions, targets: targets, weights: weights
        ) { loss.plain($0, sums: &$1) }
        let point = heads.map { Double($0) }
        #expect(abs(sums.loss / Double(Self.rows) - total(point)) < 1e-6)
        #expect(CentralDifferences.relativeError(gradient, CentralDifferences.gradient(at: point, of: total)) < 1e-5)
        #expect(errors.contains { abs($0) > 1 } && errors.contains { abs($0) < 1 })
    }

    @Test("The cross entropy of distributions and its gradient equal central differences")
    func distributional() {
        let values = ActionValues(count: 2, atoms: 4, low: -1, high: 2)
        var random = RandomStream(seed: 22, name: "loss")
        let heads = (0..<Self.rows * 8).map { _ in random.nextNormal() }
        let actions = (0..<Self.rows).map { _ in Float(random.below(2)) }
        let weights = (0..<Self.rows).map { _ in 0.2 + random.nextFloat() }
        var targets = (0..<Self.rows * 4).map { _ in random.nextFloat() }
        for row in 0..<Self.rows {
            let sum = targets[row * 4..<row * 4 + 4].reduce(0, +)
            for atom in 0..<4 { targets[row * 4 + atom] /= sum }
        }
        let loss = DQNLoss(values: values, loss: .huber, scale: 1 / Float(Self.rows))
        func total(_ heads: [Double]) -> Double {
            (0..<Self.rows).reduce(0.0) { sum, row in
                let first = (row * 2 + Int(actions[row])) * 4
                let normalizer = log(heads[first..<first + 4].reduce(0.0) { $0 + exp($1) })
                let entropy = (0..<4).reduce(0.0) {
                    $0 - Double(targets[row * 4 + $1]) * (heads[first + $1] - normalizer)
                }
                return sum + Double(weights[row]) * entropy
            } / Double(Self.rows)
        }
        var scratch = [Float](repeating: 0, count: 2 * heads.count)
        let (gradient, _, sums) = DQNRows.evaluate(
            heads: heads, actions: actions, targets: targets, weights: weights
        ) { loss.distributional($0, scratch: &scratch, sums: &$1) }
        let point = heads.map { Double($0) }
        #expect(abs(sums.loss / Double(Self.rows) - total(point)) < 1e-6)
        #expect(CentralDifferences.relativeError(gradient, CentralDifferences.gradient(at: point, of: total)) < 1e-5)
    }

    @Test("Dueling heads: the gradient through V + A − mean A equals central differences", arguments: [1, 3])
    func dueling(atoms: Int) {
        let values = ActionValues(count: 3, atoms: atoms, low: 0, high: 1, isDueling: true)
        var random = RandomStream(seed: 23, name: "dueling")
        let rows = 4
        let advantages = (0..<rows * 3 * atoms).map { _ in random.nextNormal() }
        let stateValues = (0..<rows * atoms).map { _ in random.nextNormal() }
        let weights = advantages.map { _ in Double(random.nextNormal()) }
        // Any smooth function of the values will do: the weighted sum of their squares.
        func total(_ point: [Double]) -> Double {
            var sum = 0.0
            for row in 0..<rows {
                for atom in 0..<atoms {
                    let index = { (action: Int) in (row * 3 + action) * atoms + atom }
                    let mean = (point[index(0)] + point[index(1)] + point[index(2)]) / 3
                    for action in 0..<3 {
                        let value = point[advantages.count + row * atoms + atom] + point[index(action)] - mean
                        sum += weights[index(action)] * value * value
                    }
                }
            }
            return sum
        }
        var combined = advantages
        values.combine(rows: rows, advantages: &combined, values: stateValues)
        var gradient = zip(combined, weights).map { 2 * Float($1) * $0 }
        var valueGradient = [Float](repeating: .nan, count: rows * atoms)
        values.separate(rows: rows, gradient: &gradient, valueGradient: &valueGradient)
        let point = (advantages + stateValues).map { Double($0) }
        let expected = CentralDifferences.gradient(at: point, of: total)
        #expect(CentralDifferences.relativeError(gradient + valueGradient, expected) < 1e-5)
    }

    @Test("The gradient of noise scales equals central differences")
    func noise() {
        var network = ActorCritic(ActorCriticArchitecture(inputs: 2, outputs: 2, hidden: [3], value: .none))
        var random = RandomStream(seed: 24, name: "noise")
        network.initializeUniformly(using: &random)
        let noise = ParameterNoise(for: network)
        var factors = [Float](repeating: 0, count: noise.factorCount)
        noise.draw(&factors, using: &random)
        let weights = network.parameters.map { _ in Double(random.nextNormal()) }
        func total(_ scales: [Double]) -> Double {
            // Perturbed parameters are linear in the scales, so single precision suffices for differences of 1e-2.
            var perturbed = network.parameters
            noise.perturb(network.parameters, scales: scales.map { Float($0) }, factors: factors, into: &perturbed)
            return zip(perturbed, weights).reduce(0.0) { $0 + Double($1.0) * $1.1 }
        }
        var gradient = [Float](repeating: .nan, count: weights.count)
        noise.backward(weights.map { Float($0) }, factors: factors, into: &gradient)
        let expected = CentralDifferences.gradient(at: noise.scales.map { Double($0) }, step: 0.125, of: total)
        #expect(CentralDifferences.relativeError(gradient, expected) < 1e-5)
    }
}
