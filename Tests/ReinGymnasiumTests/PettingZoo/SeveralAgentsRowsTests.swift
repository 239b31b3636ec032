import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinSpaces
import Testing

@testable import ReinGymnasium

/// What workers may write of several agents, and what comes of it.
@Suite struct SeveralAgentsRowsTests {
    /// A lane of two agents, the first of which has a mask, in memory that anything may be written to.
    private final class Lane {
        let vector: MultiAgentVector
        let rows: SeveralAgentsRows
        let arrays: SeveralAgentsArrays.Pointers
        private let memory: UnsafeMutableRawPointer

        init() throws {
            func agent(_ name: String, masks: Int) throws -> AgentDescription {
                try AgentDescription(
                    StateReader([
                        "name": .string(name), "maskWidth": .int(Int64(masks)),
                        "maskSource": masks > 0 ? "info" : .null,
                        "observation": [["path": [], "kind": "box", "shape": [2], "low": .null, "high": .null]],
                        "action": ["kind": "discrete", "counts": [3], "starts": [0]],
                    ]))
            }
            let agents = [try agent("a", masks: 3), try agent("b", masks: 0)]
            var made: SeveralAgentsRows?
            vector = MultiAgentVector(
                count: 1, agents: agents.map { AgentID($0.name) }, observationSpaces: agents.map(\.observationSpace),
                actionSpaces: agents.map(\.actionSpace), masksActions: [true, false]
            ) { shared in
                made = SeveralAgentsRows(agents, lanes: 1, shared)
                return Nobody()
            }
            rows = try #require(made)
            let layout = SeveralAgentsArrays(lanes: 1, blocks: 1, rows.widths)
            memory = .allocate(byteCount: layout.layout.size, alignment: 64)
            memory.initializeMemory(as: UInt8.self, repeating: 0, count: layout.layout.size)
            arrays = layout.at(memory)
            // Both act, and may do anything.
            for side in [arrays.present, arrays.next] {
                for agent in 0..<2 { (side.acts[agent], side.inPlay[agent]) = (1, 1) }
                for entry in 0..<3 { side.masks[entry] = 1 }
            }
            try rows.checkPresent(0, 0, arrays)
            rows.takePresent(0, 0, arrays)
        }

        deinit { memory.deallocate() }

        /// What is found to be impossible in a step.
        func problem(_ change: (SeveralAgentsArrays.Pointers) -> Void) -> String? {
            change(arrays)
            do { try rows.checkStep(0, 0, arrays) } catch { return error.words }
            return nil
        }

        func seen(_ agent: Int) -> (observation: [Float], mask: [Bool]) {
            let (observation, mask) = (AlignedBuffer<Float>(count: 2), AlignedBuffer<Bool>(count: 3))
            let places = [AgentPlace(environment: 0, agent: Int32(agent))]
            places.withUnsafeBufferPointer {
                rows.observe($0, observations: observation.pointer, masks: agent == 0 ? mask.pointer : nil)
            }
            return (Array(observation.elements), Array(mask.elements))
        }
    }

    /// A batch that nobody calls.
    private final class Nobody: MultiAgentBatch {
        func reset(_ range: Range<Int>) {}
        func beginStep(_ range: Range<Int>) {}
        func finishStep(_ range: Range<Int>) {}
        func observe(
            _ places: UnsafeBufferPointer<AgentPlace>, observations: UnsafeMutablePointer<Float>,
            masks: UnsafeMutablePointer<Bool>?
        ) {}
        func forgetEpisodes() {}
        var state: StateTree { [:] }
        func restore(from state: StateTree) -> RestoredLanes { RestoredLanes() }
        var incidents: EnvironmentIncidents { EnvironmentIncidents() }
    }

    @Test("What cannot be is found before anything is taken over")
    func impossible() throws {
        func problem(_ change: (SeveralAgentsArrays.Pointers) -> Void) throws -> String? { try Lane().problem(change) }
        #expect(try problem { _ in } == nil)
        #expect(try problem { $0.episodes[0] = 9 } == "the status 9 of an episode")
        #expect(try problem { $0.statuses[1] = 3 } == "the status 3 of agent 1")
        #expect(try problem { $0.present.inPlay[0] = 0 } == "agent 0, who acts and is not in play,")
        #expect(
            try problem { ($0.present.acts[1], $0.present.inPlay[1]) = (0, 0) }
                == "agent 1, who is gone and has not left,")
        #expect(
            try problem { ($0.present.acts[1], $0.present.inPlay[1], $0.statuses[1]) = (0, 0, 2) } == nil)
        #expect(
            try problem { arrays in for agent in 0..<2 { arrays.present.acts[agent] = 0 } }
                == "an episode without anybody who acts")
        #expect(try problem { $0.episodes[0] = 1 } == "agent 0, who is gone and has not left,")
        func end(_ arrays: SeveralAgentsArrays.Pointers) {
            arrays.episodes[0] = 1
            for agent in 0..<2 { arrays.statuses[agent] = 1 }
        }
        #expect(try problem { end($0) } == nil)
        #expect(
            try problem {
                end($0)
                ($0.next.acts[0], $0.next.acts[1]) = (0, 0)
            } == "an episode without anybody who acts")
        #expect(
            try problem {
                end($0)
                $0.next.inPlay[1] = 0
            } == "agent 1, who acts and is not in play,")
        // Somebody who is not in play cannot leave again.
        let lane = try Lane()
        (lane.arrays.present.acts[1], lane.arrays.present.inPlay[1], lane.arrays.statuses[1]) = (0, 0, 2)
        #expect(!lane.rows.takeStep(0, 0, lane.arrays, into: ()))
        #expect(lane.problem { _ in } == "the status 2 of agent 1")
    }

    @Test("Any byte but 0 is a yes, and only those who are in play are paid")
    func taking() throws {
        let lane = try Lane()
        let arrays = lane.arrays
        (arrays.present.acts[1], arrays.present.inPlay[1], arrays.statuses[1]) = (0, 0, 1)
        (arrays.present.acts[0], arrays.present.inPlay[0], arrays.present.masks[1]) = (200, 3, 0)
        arrays.present.masks[2] = 255
        (arrays.rewards[0], arrays.rewards[1], arrays.present.observations[0]) = (2, 3, 7)
        try lane.rows.checkStep(0, 0, arrays)
        #expect(!lane.rows.takeStep(0, 0, arrays, into: ()))
        #expect(Array(lane.vector.acts.elements) == [true, false])
        #expect(Array(lane.vector.statuses.elements) == [.running, .terminated])
        #expect(Array(lane.vector.rewards.elements) == [2, 3])
        #expect(lane.seen(0).observation == [7, 0] && lane.seen(0).mask == [true, false, true])
        arrays.statuses[1] = 0
        try lane.rows.checkStep(0, 0, arrays)
        _ = lane.rows.takeStep(0, 0, arrays, into: ())
        #expect(Array(lane.vector.rewards.elements) == [2, 0])
    }

    @Test("The next episode is shown when the one that is over was looked at")
    func next() throws {
        let lane = try Lane()
        let arrays = lane.arrays
        (arrays.present.observations[0], arrays.next.observations[0]) = (5, 8)
        (arrays.episodes[0], arrays.statuses[0], arrays.statuses[1]) = (2, 2, 1)
        arrays.next.acts[1] = 0
        try lane.rows.checkStep(0, 0, arrays)
        #expect(lane.rows.takeStep(0, 0, arrays, into: ()))
        #expect(lane.rows.awaitsReset(0) && !lane.vector.inPlay.elements.contains(true))
        #expect(lane.vector.episodeStatuses[0] == .truncated && lane.seen(0).observation == [5, 0])
        lane.rows.showNext(0)
        #expect(!lane.rows.awaitsReset(0) && lane.seen(0).observation == [8, 0])
        #expect(
            Array(lane.vector.acts.elements) == [true, false] && Array(lane.vector.inPlay.elements) == [true, true])
        #expect(
            lane.vector.statuses.elements.allSatisfy { $0 == .running } && lane.vector.episodeStatuses[0] == .running)
    }

    @Test("Actions of those who do not act are zeros")
    func actions() throws {
        let lane = try Lane()
        lane.arrays.present.acts[0] = 0
        _ = lane.rows.takeStep(0, 0, lane.arrays, into: ())
        (lane.vector.actions[0], lane.vector.actions[1]) = (2, 1)
        lane.rows.write(lane.vector.actions.pointer, of: 0, into: lane.arrays.actions)
        #expect(lane.arrays.actions[0] == 0 && lane.arrays.actions[1] == 1)
    }
}
