import Rein
import Testing

@Suite("What PPO adapts to the KL divergence")
struct PPOAdaptationTests {
    /// The values of a metric over the first iterations.
    private func values(
        of metric: String, iterations: Int, _ change: (inout PPO.Configuration) -> Void
    ) throws -> [Double] {
        let configuration = PPO.Configuration(seed: 3).with {
            $0.environmentCount = 2
            $0.rolloutLength = 32
            $0.epochs = 2
            $0.minibatchSize = 32
            $0.network.hidden = [8]
            change(&$0)
        }
        let algorithm = try PPO(environment: CartPole.self, configuration: configuration)
        return try (0..<iterations).map { _ in
            try #require(try algorithm.train().policies[0].metrics.first { $0.name == metric }).value
        }
    }

    private func close(_ values: [Double], _ expected: [Double]) -> Bool {
        zip(values, expected).allSatisfy { abs($0 - $1) < 1e-9 * abs($1) } && values.count == expected.count
    }

    @Test("The learning rate falls while the policy moves further than the target")
    func fallingLearningRate() throws {
        let rates = try values(of: "learningRate", iterations: 4) { $0.learningRateKLTarget = 1e-12 }
        #expect(close(rates, [1e-3, 1e-3 / 1.5, 1e-3 / 2.25, 1e-3 / 3.375]), "\(rates)")
    }

    @Test("The learning rate rises while the policy moves less, up to its bound")
    func risingLearningRate() throws {
        let rates = try values(of: "learningRate", iterations: 4) {
            $0.learningRateKLTarget = 1e6
            $0.learningRate = .constant(5e-3)
        }
        #expect(close(rates, [5e-3, 7.5e-3, 1e-2, 1e-2]), "\(rates)")
    }

    @Test("The weight of the penalty follows RLlib's rule")
    func penalty() throws {
        let rising = try values(of: "klCoefficient", iterations: 3) {
            $0.klCoefficient = 0.2
            $0.klTarget = 1e-12
        }
        #expect(close(rising, [0.2, 0.3, 0.45]), "\(rising)")
        let falling = try values(of: "klCoefficient", iterations: 3) {
            $0.klCoefficient = 0.2
            $0.klTarget = 1e6
        }
        #expect(close(falling, [0.2, 0.1, 0.05]), "\(falling)")
    }
    @Test("The weight of the penalty goes by the mean divergence of all epochs, not by that of the last one")
    func meanOfAllEpochs() throws {
        func configure(_ configuration: inout PPO.Configuration, epochs: Int, target: Double) {
            configuration.epochs = epochs
            configuration.rolloutLength = 256
            configuration.minibatchSize = 128
            configuration.learningRate = 3e-3
            configuration.klCoefficient = 0.2
            configuration.klTarget = target
        }
        // The metric is that of the last epoch, and runs of fewer epochs are the beginnings of those of more.
        let divergences = try (1...6).map { epochs in
            try values(of: "klDivergence", iterations: 1) { configure(&$0, epochs: epochs, target: 1) }[0]
        }
        let mean = divergences.reduce(0, +) / 6
        let last = divergences[5]
        try #require(last > 1.6 * mean, "\(divergences)")
        // Twice the target lies in the middle between the two.
        let weights = try values(of: "klCoefficient", iterations: 2) {
            configure(&$0, epochs: 6, target: (mean + last) / 4)
        }
        #expect(weights == [0.2, 0.2])
        // And here between the mean and the divergence of the first epochs.
        let raised = try values(of: "klCoefficient", iterations: 2) {
            configure(&$0, epochs: 6, target: (mean + divergences[1]) / 4)
        }
        #expect(close(raised, [0.2, 0.3]), "\(raised)")
    }
}
