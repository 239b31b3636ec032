import ReinNetworks
import Testing

@testable import Rein

@Suite("Projection of value distributions")
struct CategoricalProjectionTests {
    static let values = ActionValues(count: 2, atoms: 5, low: -2, high: 2)
    static let probabilities: [Float] = [0.1, 0.2, 0.4, 0.2, 0.1]

    private func project(reward: Float, discount: Float) -> [Float] {
        var result = [Float](repeating: 0, count: 5)
        CategoricalProjection(Self.values).project(
            Self.probabilities, reward: reward, discount: discount, into: &result)
        return result
    }

    @Test("Without reward and discount the distribution stays as it is")
    func identity() {
        #expect(project(reward: 0, discount: 1) == Self.probabilities)
    }

    @Test("A shift by whole atoms moves the mass, and what leaves the support stays at its edge")
    func shift() {
        let result = project(reward: 1, discount: 1)
        for (value, expected) in zip(result, [0, 0.1, 0.2, 0.4, 0.3] as [Float]) {
            #expect(abs(value - expected) < 1e-6)
        }
    }

    @Test("After termination all mass lies at the reward, divided among its neighbours")
    func terminal() {
        let result = project(reward: 0.25, discount: 0)
        for (value, expected) in zip(result, [0, 0, 0.75, 0.25, 0] as [Float]) { #expect(abs(value - expected) < 1e-6) }
    }

    @Test("Mass is kept, and so is the mean where nothing is clipped")
    func massAndMean() {
        for (reward, discount) in [(0.3, 0.7), (-0.11, 0.9), (0.5, 0.5)] as [(Float, Float)] {
            let result = project(reward: reward, discount: discount)
            #expect(abs(result.reduce(0, +) - 1) < 1e-6)
            let mean = result.enumerated().reduce(Float(0)) { $0 + $1.element * Self.values.support($1.offset) }
            #expect(abs(mean - reward) < 1e-5)  // The distribution's own mean is 0.
        }
    }
}
