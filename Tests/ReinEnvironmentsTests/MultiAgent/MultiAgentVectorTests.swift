import ReinEnvironments
import ReinNumerics
import Testing

#if canImport(CAllocationCounter) && !DEBUG
import CAllocationCounter
#endif

@Suite struct MultiAgentVectorTests {
    static let visitors = MultiAgentSpecification(Visitors.self)

    @Test("Agents of different spaces have their places in a row of actions, and masks of their own")
    func layout() {
        let vector = Self.visitors.makeVector(count: 4, seed: 1)
        #expect(vector.count == 4 && vector.agents == ["host", "guest_1", "guest_2"])
        #expect(vector.observationSpaces.map(\.count) == [3, 2, 2])
        #expect(vector.actionSpaces.map(\.width) == [2, 1, 1])
        #expect(vector.actionOffsets == [0, 2, 3] && vector.actionWidth == 4)
        #expect(vector.maskWidths == [0, 3, 3])
        #expect(vector.actions.count == 16 && vector.rewards.count == 12 && vector.episodeStatuses.count == 4)
        let plain = MultiAgentVector(seeds: [1]) { ScriptedAgents() }
        #expect(plain.maskWidths == [0, 0, 0])
    }

    @Test("Many agents are observed in one call, rows side by side in the order asked")
    func observing() throws {
        let vector = Self.visitors.makeVector(count: 3, seed: 1)
        let run = MultiAgentRun(vector)
        try run.resetAll()
        let places = [(2, 1), (0, 2), (2, 2)].map { AgentPlace(environment: $0.0, agent: $0.1) }
        var observations = [Float](repeating: .nan, count: 6)
        var masks = [Bool](repeating: false, count: 9)
        places.withUnsafeBufferPointer { vector.observe($0, observations: &observations, masks: &masks) }
        for (row, place) in places.enumerated() {
            let alone = run.observe(Int(place.environment), Int(place.agent))
            #expect(Array(observations[2 * row..<2 * row + 2]) == alone.observation)
            #expect(Array(masks[3 * row..<3 * row + 3]) == alone.mask)
        }
        #expect(masks == [false, true, true, false, true, true, false, true, true])
    }

    @Test("Agents come and go, each end is told once, and the time limit ends what is left")
    func comingAndGoing() throws {
        var run = MultiAgentRun(Self.visitors.makeVector(count: 8, seed: 3))
        try run.resetAll()
        var (joined, left, truncated, limits) = (0, 0, 0, 0)
        var steps = [Int](repeating: 0, count: 8)
        for _ in 0..<200 {
            let before = run.vector.inPlay.elements.map { $0 }
            run.act()
            try run.stepAll()
            for place in 0..<24 {
                let status = run.vector.statuses[place]
                let inPlay = run.vector.inPlay[place]
                if !before[place] {
                    #expect(status == .running && run.vector.rewards[place] == 0)
                    joined += inPlay ? 1 : 0
                } else {
                    #expect((status == .running) == inPlay)
                    left += inPlay ? 0 : 1
                    truncated += status == .truncated && run.vector.episodeStatuses[place / 3] == .running ? 1 : 0
                }
            }
            for environment in 0..<8 {
                steps[environment] += 1
                let status = run.vector.episodeStatuses[environment]
                if status != .running {
                    #expect(!run.row(environment, of: run.vector.inPlay).contains(true))
                    #expect(!run.row(environment, of: run.vector.acts).contains(true))
                    if status == .truncated {
                        #expect(steps[environment] == 23)
                        limits += 1
                    }
                    steps[environment] = 0
                }
                #expect(steps[environment] < 23)
            }
            try run.resetEnded()
        }
        #expect(joined > 100 && left > 100 && truncated > 10 && limits > 5)
    }

    @Test("The first reset uses the seed, later ones go on with the generator")
    func seeds() throws {
        let one = MultiAgentRun(MultiAgentVector(seeds: [5, 6]) { Visitors() })
        let other = MultiAgentRun(MultiAgentVector(seeds: [6, 5]) { Visitors() })
        try one.resetAll()
        try other.resetAll()
        let first = one.observe(0, 0).observation
        #expect(first == other.observe(1, 0).observation && first != one.observe(1, 0).observation)
        try one.resetAll()
        #expect(one.observe(0, 0).observation != first)
        try other.vector.reset(1..<2)
        #expect(one.observe(0, 0).observation == other.observe(1, 0).observation)
    }

    @Test("A range touches no row outside it")
    func ranges() throws {
        var run = MultiAgentRun(Self.visitors.makeVector(count: 3, seed: 2))
        try run.resetAll()
        for _ in 0..<5 {
            run.act()
            try run.stepAll()
            try run.resetEnded()
        }
        run.act()
        let other = MultiAgentRun(Self.visitors.makeVector(count: 3, seed: 2))
        let before = [0, 2].map { run.row($0, of: run.vector.rewards) }
        let (state, seen) = (run.vector.state, [0, 2].map { run.observe($0, 0).observation })
        try? other.vector.restore(from: state)
        try run.vector.step(1..<2)
        #expect([0, 2].map { run.row($0, of: run.vector.rewards) } == before)
        #expect([0, 2].map { run.observe($0, 0).observation } == seen)
        #expect(run.observe(1, 0).observation != other.observe(1, 0).observation)
    }

    @Test("Results do not depend on the number of threads that step disjoint ranges", arguments: [2, 3, 7])
    func threads(pieces: Int) async throws {
        #expect(try await Self.trajectory(pieces: pieces) == Self.trajectory(pieces: 1))
    }

    private static func trajectory(pieces: Int) async throws -> [UInt64] {
        let count = 21
        let vector = visitors.makeVector(count: count, seed: 9)
        var run = MultiAgentRun(vector)
        try run.resetAll()
        var bits: [UInt64] = []
        for _ in 0..<60 {
            run.act()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for piece in 0..<pieces {
                    let range = count * piece / pieces..<count * (piece + 1) / pieces
                    group.addTask { try vector.step(range) }
                }
                try await group.waitForAll()
            }
            bits += run.bits
            try run.resetEnded()
        }
        return bits
    }

    // Without the optimizer, closures and temporary memory come from the heap.
    #if canImport(CAllocationCounter) && !DEBUG
    @Test(
        "Steps, resets and observations allocate nothing",
        arguments: ["MultiAgentCartPole-v1", "TicTacToe-v3", "ConnectFour-v3", "PressurePlates-v0"])
    func allocations(id: String) throws {
        try #require(allocation_counter_is_available() != 0)
        let vector = try EnvironmentRegistry.multiAgentSpecification(id).makeVector(count: 8, seed: 1)
        let width = vector.observationSpaces[0].count
        let observations = AlignedBuffer<Float>(count: 16 * width)
        let masks = AlignedBuffer<Bool>(count: 16 * max(1, vector.maskWidths[0]))
        let places = AlignedBuffer((0..<16).map { AgentPlace(environment: $0 / 2, agent: $0 % 2) })
        var random = RandomStream(seed: 1, name: "columns")
        vector.reset(0..<8)
        func play(_ steps: Int) {
            for _ in 0..<steps {
                // All are observed, but masks are asked for in running episodes only.
                vector.observe(places.elements, observations: observations.pointer, masks: masks.pointer)
                for index in 0..<16 { vector.actions.pointer[index] = Float(random.below(2)) }
                vector.step(0..<8)
                vector.observe(places.elements, observations: observations.pointer)
                for index in 0..<8 where vector.episodeStatuses.pointer[index] != .running {
                    vector.reset(index..<index + 1)
                }
            }
        }
        play(100)
        allocation_counter_start()
        play(300)
        #expect(allocation_counter_stop() == 0)
    }
    #endif
}
