import ReinCheckpoints
import ReinEnvironments
import ReinTestSupport
import Testing

@Suite("Action masks of environments")
struct ActionMaskTests {
    /// Counts steps from 0; in step s action s is invalid. Terminates in step 3, and says that nothing is valid then.
    struct Counter: Environment {
        static let masksActions = true
        static let timeLimit: Int? = 2
        var elapsed = 0
        var observationSpace: Box { Box(0...3, shape: [1]) }
        var actionSpace: ActionSpace { .discrete(3) }
        mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
            elapsed = 0
            observation[0] = 0
        }
        mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
            precondition(action != elapsed, "an invalid action was taken")
            elapsed += 1
            observation[0] = Float(elapsed)
            return Step(reward: 1, status: elapsed == 3 ? .terminated : .running)
        }
        func writeActionMask(into mask: inout ActionMaskRow) {
            if elapsed < 3 {
                mask[elapsed] = false
            } else {
                for action in 0..<3 { mask[action] = false }
            }
        }
    }

    /// The arrays of a vector, masks included.
    struct Buffers {
        let vector: VectorEnvironment
        var observations: [Float]
        var finals: [Float]
        var masks: [Bool]
        var finalMasks: [Bool]
        var rewards: [Double]
        var statuses: [Status]

        init(_ vector: VectorEnvironment) {
            self.vector = vector
            observations = Array(repeating: 0, count: vector.count)
            finals = observations
            masks = Array(repeating: false, count: vector.count * vector.maskWidth)
            finalMasks = masks
            rewards = Array(repeating: 0, count: vector.count)
            statuses = Array(repeating: .running, count: vector.count)
        }

        mutating func reset() throws { try vector.reset(0..<vector.count, observations: &observations, masks: &masks) }

        mutating func step(_ actions: [Float]) throws {
            try vector.step(
                0..<vector.count, actions: actions, observations: &observations, finalObservations: &finals,
                rewards: &rewards, statuses: &statuses, masks: &masks, finalMasks: &finalMasks)
        }
    }

    @Test("Masks belong to the observations beside them, through truncation and the next episode")
    func truncation() throws {
        let specification = EnvironmentSpecification(Counter.self)
        #expect(specification.masksActions && TimeLimit<Counter>.masksActions)
        #expect(!EnvironmentSpecification(CartPole.self).masksActions && !TimeLimit<CartPole>.masksActions)
        var buffers = Buffers(specification.makeVector(seeds: [1, 2]))
        #expect(buffers.vector.maskWidth == 3)
        try buffers.reset()
        #expect(buffers.masks == [false, true, true, false, true, true])
        try buffers.step([1, 2])
        #expect(buffers.masks == [true, false, true, true, false, true])
        #expect(buffers.finalMasks.allSatisfy { !$0 })
        try buffers.step([0, 2])
        #expect(buffers.statuses == [.truncated, .truncated])
        #expect(buffers.finalMasks == [true, true, false, true, true, false])
        #expect(buffers.masks == [false, true, true, false, true, true])
    }

    @Test("Nothing is asked after termination: all is valid where nothing follows")
    func termination() throws {
        var buffers = Buffers(EnvironmentSpecification(Counter.self, timeLimit: nil).makeVector(seeds: [1]))
        try buffers.reset()
        for _ in 0..<3 { try buffers.step([buffers.masks[2] ? 2 : 0]) }
        #expect(buffers.statuses == [.terminated])
        #expect(buffers.finalMasks == [true, true, true])
        #expect(buffers.masks == [false, true, true])
    }

    @Test("A caller who does not ask for masks gets none, and environments without masks write none")
    func withoutMasks() throws {
        let specification = EnvironmentSpecification(Counter.self)
        var plain = VectorBuffers(specification.makeVector(seeds: [1]))
        try plain.reset()
        plain.actions = [1]
        try plain.step()
        #expect(plain.observations == [1])
        let vector = EnvironmentSpecification(CartPole.self).makeVector(seeds: [1])
        #expect(vector.maskWidth == 0)
        var masks = [false]
        #expect(vector.writeMasks(0..<1, into: &masks) == nil)
        #expect(masks == [false])
    }

    @Test("A restored vector has the masks of its states, and says where there is nothing to do")
    func restored() throws {
        let specification = EnvironmentSpecification(Counter.self, timeLimit: nil)
        var saved = Buffers(specification.makeVector(seeds: [1, 2]))
        try saved.reset()
        try saved.step([1, 1])
        let vector = specification.makeVector(seeds: [8, 9])
        try vector.restore(from: saved.vector.state)
        var masks = [Bool](repeating: false, count: 6)
        #expect(vector.writeMasks(0..<2, into: &masks) == nil)
        #expect(masks == saved.masks)
        let dead: StateTree = [
            "environments": [["environment": ["elapsed": 1]], ["environment": ["elapsed": 3]]]
        ]
        try vector.restore(from: dead)
        #expect(vector.writeMasks(0..<2, into: &masks) == 1)
    }
}
