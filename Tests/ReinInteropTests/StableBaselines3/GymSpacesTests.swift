import Foundation
import ReinCheckpoints
import ReinEnvironments
import ReinPolicies
import Testing

@testable import ReinInterop

/// Files that Tests/Interoperability/make_gym_fixtures.py wrote: Gym's spaces have random generators of a class of Gym's
/// own, and Python 3.7 names what lies in a class by calling `getattr`.
@Suite("Spaces of Gym 0.22 and later, pickled by Python 3.7")
struct GymSpacesTests {
    private static func bytes(_ name: String) throws -> [UInt8] {
        let resources = try #require(Bundle.module.resourcePath)
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(resources)/Fixtures/Gym23/\(name).pkl")))
    }

    private static func space(_ name: String) throws -> PickleView {
        PickleView(try PickleReader.read(bytes(name), globals: StableBaselines3Globals.spaces), path: name)
    }

    @Test("Spaces of observations are read")
    func observations() throws {
        let box = try AgentSpaces.observations(Self.space("box"))
        #expect(box.space == Box(low: [-.infinity, -2], high: [.infinity, 3], shape: [2]))
        #expect(try AgentSpaces.observations(Self.space("integers")).space == Box(0...5, shape: [2]))
        #expect(try AgentSpaces.observations(Self.space("discrete")).space.count == 3)
        #expect(try AgentSpaces.observations(Self.space("multi_discrete")).space.count == 5)
        #expect(try AgentSpaces.observations(Self.space("multi_binary")).space == Box(0...1, shape: [4]))
    }

    @Test("Spaces of actions are read, but for those of integers and of bits")
    func actions() throws {
        #expect(try AgentSpaces.actions(Self.space("discrete")) == .discrete(3))
        #expect(try AgentSpaces.actions(Self.space("multi_discrete")) == .multiDiscrete([2, 3]))
        for (name, words) in [("integers", "Box of integers (<i4)"), ("multi_binary", "MultiBinary")] {
            let error = stateError { _ = try AgentSpaces.actions(Self.space(name)) }
            #expect(error?.code == .unsupportedFormat && error?.message.contains(words) == true)
            #expect(error?.path == name)
        }
    }

    @Test("Statistics of VecNormalize are read, with the spaces in their file")
    func normalization() throws {
        let normalization = try StableBaselines3Normalization(Self.bytes("normalization"))
        let normalizer = try #require(normalization.observationNormalizer)
        let (mean, variance) = ([1.4999625, -0.749_981_25], [1.250_05, 0.187_534_37])
        let observation: [Float] = [3, -1]
        var result = observation
        normalizer.apply(rows: 1, from: observation, into: &result)
        for column in 0..<2 {
            let expected = (Double(observation[column]) - mean[column]) / (variance[column] + 1e-8).squareRoot()
            #expect(abs(Double(result[column]) - expected) < 1e-5)
        }
        let factor = try #require(normalization.rewardScaler).factor
        #expect(abs(Double(factor) - 1 / (0.647_031_107_140_710_7 + 1e-8).squareRoot()) < 1e-6)
    }
}
