import Foundation
import ReinCheckpoints
import ReinNetworks
import Testing

@Suite("Gaussians whose deviations come from the policy head")
struct ConditionalGaussianTests {
    static let distribution = ConditionalGaussian(count: 2)
    static let head: [Float] = [0.3, -0.6, -0.5, 0.4]
    static let action: [Float] = [0.1, -0.9]

    @Test("Log-density and entropy are those of torch.distributions.Normal")
    func reference() {
        let inverse = Self.head.suffix(2).map { Float(exp(-Double($0))) }
        let density = Self.distribution.logDensity(
            action: Self.action, head: Self.head, inverseDeviation: inverse)
        #expect(abs(density - -1.812_462_506_4) < 1e-6, "\(density)")
        let entropy = Self.distribution.entropy(head: Self.head)
        #expect(abs(entropy - 2.737_877_066_4) < 1e-6, "\(entropy)")
    }

    @Test(
        "The log-density equals its closed form, however far the deviations are from 1",
        arguments: [-9, 0, 7] as [Float])
    func closedForm(logDeviation: Float) {
        let deviation = exp(Double(logDeviation))
        let head: [Float] = [1.5, -2, logDeviation, logDeviation]
        let distances = [0.7, -1.9]
        let action = distances.enumerated().map { head[$0] + Float($1 * deviation) }
        let inverse = [Float](repeating: Float(1 / deviation), count: 2)
        let density = Self.distribution.logDensity(action: action, head: head, inverseDeviation: inverse)
        let expected = (0..<2).reduce(0.0) { sum, dimension in
            // The distance that is left after rounding.
            let z = (Double(action[dimension]) - Double(head[dimension])) / deviation
            return sum - 0.5 * z * z - Double(logDeviation) - 0.5 * log(2 * Double.pi)
        }
        #expect(abs(Double(density) - expected) < 1e-5 * max(1, abs(expected)), "\(density), \(expected)")
    }

    @Test("The head holds two numbers for each action dimension, and the network no deviations of its own")
    func widths() {
        let distribution = ActionDistribution.conditionalGaussian(Self.distribution)
        #expect(distribution.headWidth == 4 && distribution.actionWidth == 2 && distribution.maskWidth == 0)
        #expect(!distribution.hasLogDeviation && !distribution.hasLogDeviationPerFeature)
        #expect(!distribution.isDiscrete && !distribution.isDueling)
    }

    @Test("A saved distribution comes back, and impossible ones are refused")
    func codable() throws {
        let distribution = ActionDistribution.conditionalGaussian(Self.distribution)
        let tree = StateEncoder().encode(distribution)
        let isAsDescribed = tree == ["type": "conditionalGaussian", "count": 2]
        #expect(isAsDescribed)
        #expect(try StateDecoder().decode(ActionDistribution.self, from: tree, path: "") == distribution)
        for count in [0, -1, 1 << 40] as [Int64] {
            #expect(throws: StateError.self, "\(count)") {
                try StateDecoder().decode(
                    ActionDistribution.self, from: ["type": "conditionalGaussian", "count": .int(count)], path: "")
            }
        }
    }

    @Test("Shifting the biases of some outputs of the head changes nothing else")
    func shiftedBiases() throws {
        var network = ActorCritic(ActorCriticArchitecture(inputs: 3, outputs: 4, hidden: [5]))
        let before = network.parameters
        network.shiftHeadBiases(2..<4, by: -0.5)
        let bias = try #require(network.views.first { $0.name == "policy/1/bias" })
        for index in network.parameters.indices {
            let isShifted = index == bias.offset + 2 || index == bias.offset + 3
            #expect(network.parameters[index] == before[index] + (isShifted ? -0.5 : 0))
        }
    }
}
