import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import Testing

/// Saving in the middle of episodes.
@Suite struct VectorEnvironmentStateTests {
    static let ids = EnvironmentRegistry.all.map(\.id).filter { !$0.contains("Registered") }

    @Test("A vector restored in the middle of its episodes goes on with the same bits", arguments: ids)
    func resume(id: String) throws {
        let specification = try EnvironmentRegistry.specification(id)
        var saved = VectorBuffers(specification.makeVector(count: 3, seed: 11))
        var random = RandomStream(seed: 1, name: "actions")
        try saved.reset()
        for _ in 0..<37 { try step(&saved, using: &random) }
        let state = saved.vector.state
        #expect(try JSON.parse(JSON.text(state)) == state)

        var restored = VectorBuffers(specification.makeVector(count: 3, seed: 99))
        try restored.vector.restore(from: state)
        #expect(restored.vector.state == state)
        var again = random
        for _ in 0..<600 {
            try step(&saved, using: &random)
            try step(&restored, using: &again)
            #expect(restored.observations.map(\.bitPattern) == saved.observations.map(\.bitPattern))
            #expect(restored.rewards.map(\.bitPattern) == saved.rewards.map(\.bitPattern))
            #expect(restored.statuses == saved.statuses)
        }
        #expect(restored.vector.state == saved.vector.state)
    }

    @Test("A vector saved before its first reset still starts from its seeds")
    func unusedSeeds() throws {
        let specification = EnvironmentRegistryTests.cartPole
        var saved = VectorBuffers(specification.makeVector(seeds: [.max, 2]))
        try saved.vector.reset(1..<2, observations: &saved.observations)
        var restored = VectorBuffers(specification.makeVector(seeds: [8, 9]))
        try restored.vector.restore(from: saved.vector.state)
        try saved.reset()
        try restored.reset()
        #expect(restored.observations == saved.observations)
        var fresh = CartPole()
        #expect(restored.row(0, of: restored.observations) == fresh.reset(seed: .max))
    }

    @Test("The state of other environments is refused and changes nothing")
    func mismatch() throws {
        let cartPole = EnvironmentRegistryTests.cartPole
        let vector = cartPole.makeVector(seeds: [1, 2])
        let before = vector.state
        let three = cartPole.makeVector(seeds: [1, 2, 3]).state
        let wrongCount = #expect(throws: StateError.self) { try vector.restore(from: three) }
        #expect(wrongCount?.path == "environments")
        let other = try EnvironmentRegistry.specification("Pendulum-v1").makeVector(seeds: [1, 2]).state
        let wrongKind = #expect(throws: StateError.self) { try vector.restore(from: other) }
        #expect(wrongKind?.path.hasPrefix("environments/0/environment/base") == true)
        #expect(throws: StateError.self) { try vector.restore(from: [:]) }
        #expect(vector.state == before)
    }

    private func step(_ buffers: inout VectorBuffers, using random: inout RandomStream) throws {
        let width = buffers.vector.actionSpace.width
        let space = buffers.vector.actionSpace
        buffers.actions.withUnsafeMutableBufferPointer { actions in
            for row in stride(from: 0, to: actions.count, by: width) {
                space.sample(into: actions.baseAddress! + row, using: &random)
            }
        }
        try buffers.step()
    }
}
