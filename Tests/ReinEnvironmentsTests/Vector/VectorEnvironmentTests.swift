import ReinEnvironments
import Testing

@Suite struct VectorEnvironmentTests {
    @Test("Each environment steps as one alone does, through ends and resets")
    func sameAsAlone() throws {
        let seeds: [UInt64] = [3, 1, 4]
        var buffers = VectorBuffers(EnvironmentRegistryTests.cartPole.makeVector(seeds: seeds))
        var alone = seeds.map { _ in TimeLimit<CartPole>() }
        try buffers.reset()
        for index in seeds.indices {
            #expect(buffers.row(index, of: buffers.observations) == alone[index].reset(seed: seeds[index]))
        }
        var ends = 0
        for time in 0..<200 {
            for index in seeds.indices { buffers.actions[index] = Float((time / (index + 1)) % 2) }
            try buffers.step()
            for index in seeds.indices {
                let (observation, step) = alone[index].step(Int(buffers.actions[index]))
                #expect(buffers.rewards[index] == step.reward)
                #expect(buffers.statuses[index] == step.status)
                if step.status == .running {
                    #expect(buffers.row(index, of: buffers.observations) == observation)
                } else {
                    ends += 1
                    #expect(buffers.row(index, of: buffers.finalObservations) == observation)
                    #expect(buffers.row(index, of: buffers.observations) == alone[index].reset(seed: nil))
                }
            }
        }
        #expect(ends > 5)
    }

    @Test("At an end the final observation is kept apart, other rows are left alone, and the next episode begins")
    func automaticReset() throws {
        let specification = EnvironmentSpecification(Countdown.self, timeLimit: 2) { Countdown(length: 100) }
        var buffers = VectorBuffers(specification.makeVector(seeds: [10, 20]))
        try buffers.reset()
        #expect(buffers.observations == [0, 10, 0, 20])
        buffers.actions = [0.5, 0.25, 1, -1]
        try buffers.step()
        #expect(buffers.observations == [1, 10, 1, 20])
        #expect(buffers.rewards == [0.25, 2])
        #expect(buffers.finalObservations.allSatisfy { $0.isNaN })
        try buffers.vector.reset(0..<1, observations: &buffers.observations)
        #expect(buffers.observations == [0, 11, 1, 20])
        try buffers.step()
        #expect(buffers.statuses == [.running, .truncated])
        #expect(buffers.observations == [1, 11, 0, 21])
        #expect(Array(buffers.finalObservations[2...]) == [2, 20])
        #expect(buffers.finalObservations[..<2].allSatisfy { $0.isNaN })
    }

    @Test("A range touches no row outside it")
    func ranges() throws {
        var buffers = VectorBuffers(VectorEnvironment(seeds: [1, 2, 3]) { Countdown(length: 1) })
        try buffers.reset()
        let before = buffers.observations
        try buffers.vector.step(
            1..<2, actions: buffers.actions, observations: &buffers.observations,
            finalObservations: &buffers.finalObservations, rewards: &buffers.rewards, statuses: &buffers.statuses)
        #expect(buffers.row(0, of: buffers.observations) == [before[0], before[1]])
        #expect(buffers.row(1, of: buffers.observations) == [0, 3])
        #expect(buffers.row(2, of: buffers.observations) == [before[4], before[5]])
        #expect(buffers.row(0, of: buffers.finalObservations).allSatisfy { $0.isNaN })
        #expect(buffers.row(2, of: buffers.finalObservations).allSatisfy { $0.isNaN })
        #expect(buffers.rewards[0].isNaN && !buffers.rewards[1].isNaN && buffers.rewards[2].isNaN)
        #expect(buffers.statuses == [.running, .terminated, .running])
    }

    @Test("Results do not depend on the number of threads that step disjoint ranges", arguments: [2, 3, 4, 7])
    func threads(pieces: Int) async throws {
        let count = 21
        let reference = try await Self.trajectory(count: count, pieces: 1)
        #expect(try await Self.trajectory(count: count, pieces: pieces) == reference)
    }

    @Test("Environments made from one seed differ, and do not depend on how many there are")
    func seeds() throws {
        let specification = EnvironmentRegistryTests.cartPole
        var few = VectorBuffers(specification.makeVector(count: 2, seed: 5))
        var many = VectorBuffers(specification.makeVector(count: 20, seed: 5))
        try few.reset()
        try many.reset()
        #expect(few.observations == Array(many.observations.prefix(8)))
        #expect(Set((0..<20).map { many.row($0, of: many.observations) }).count == 20)
        var other = VectorBuffers(specification.makeVector(count: 2, seed: 6))
        try other.reset()
        #expect(Set(other.observations).isDisjoint(with: few.observations))
    }

    /// Everything that 200 steps of a vector give, each step divided among `pieces` tasks.
    private static func trajectory(count: Int, pieces: Int) async throws -> [UInt64] {
        let vector = EnvironmentRegistryTests.cartPole.makeVector(count: count, seed: 9)
        let memory = SharedMemory(count: count, width: vector.observationSpace.count)
        try vector.reset(0..<count, observations: memory.observations)
        var bits: [UInt64] = []
        for time in 0..<200 {
            for index in 0..<count { memory.actions[index] = Float((time + index * index) / 3 % 2) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for piece in 0..<pieces {
                    let range = count * piece / pieces..<count * (piece + 1) / pieces
                    group.addTask {
                        try vector.step(
                            range, actions: memory.actions, observations: memory.observations,
                            finalObservations: memory.finalObservations, rewards: memory.rewards,
                            statuses: memory.statuses)
                    }
                }
                try await group.waitForAll()
            }
            bits += memory.bits
        }
        return bits
    }
}

/// Arrays that tasks write at the same time, each its own rows: what `@unchecked Sendable` rests on.
private final class SharedMemory: @unchecked Sendable {
    let count: Int
    let width: Int
    let actions: UnsafeMutablePointer<Float>
    let observations: UnsafeMutablePointer<Float>
    let finalObservations: UnsafeMutablePointer<Float>
    let rewards: UnsafeMutablePointer<Double>
    let statuses: UnsafeMutablePointer<Status>

    init(count: Int, width: Int) {
        self.count = count
        self.width = width
        actions = .allocate(capacity: count)
        observations = .allocate(capacity: count * width)
        finalObservations = .allocate(capacity: count * width)
        rewards = .allocate(capacity: count)
        statuses = .allocate(capacity: count)
        actions.initialize(repeating: 0, count: count)
        observations.initialize(repeating: 0, count: count * width)
        finalObservations.initialize(repeating: 0, count: count * width)
        rewards.initialize(repeating: 0, count: count)
        statuses.initialize(repeating: .running, count: count)
    }

    deinit {
        actions.deallocate()
        observations.deallocate()
        finalObservations.deallocate()
        rewards.deallocate()
        statuses.deallocate()
    }

    var bits: [UInt64] {
        (0..<count * width).map { UInt64(observations[$0].bitPattern) << 32 | UInt64(finalObservations[$0].bitPattern) }
            + (0..<count).map { rewards[$0].bitPattern ^ UInt64(statuses[$0].rawValue) }
    }
}
