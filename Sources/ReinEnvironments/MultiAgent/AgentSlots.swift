public import ReinCheckpoints
public import ReinNumerics

/// The environments of a multi-agent vector, in memory of their own, so that threads may step disjoint ranges.
///
/// `@unchecked Sendable`: the pointers never change, and the callers of ``MultiAgentVector`` promise that no two
/// threads touch the same environment at the same time.
@usableFromInline final class AgentSlots<E: MultiAgentEnvironment>: @unchecked Sendable {
    @usableFromInline let count: Int
    @usableFromInline let environments: UnsafeMutablePointer<E>
    /// The seed of each environment's first reset; nil once it is used.
    @usableFromInline let firstSeeds: UnsafeMutablePointer<UInt64?>
    @usableFromInline let memory: AgentMemory
    @usableFromInline let episodeStatuses: AlignedBuffer<Status>
    /// The number of elements of each agent's observation.
    @usableFromInline let widths: AlignedBuffer<Int>
    /// The number of entries of each agent's mask; 0 without one.
    @usableFromInline let maskWidths: AlignedBuffer<Int>
    private let agents: [AgentID]
    /// The parts of each agent's mask.
    private let maskParts: [MaskParts]

    @usableFromInline init(
        _ make: () -> E, seeds: [UInt64], sample: E, memory: AgentMemory, episodeStatuses: AlignedBuffer<Status>
    ) {
        count = seeds.count
        self.memory = memory
        self.episodeStatuses = episodeStatuses
        agents = sample.agents
        widths = AlignedBuffer(agents.indices.map { sample.observationSpace(of: $0).count })
        maskParts = agents.indices.map { sample.maskParts(of: $0) }
        maskWidths = AlignedBuffer(maskParts.map(\.width))
        environments = .allocate(capacity: seeds.count)
        firstSeeds = .allocate(capacity: seeds.count)
        for (index, seed) in seeds.enumerated() {
            (environments + index).initialize(to: make())
            (firstSeeds + index).initialize(to: seed)
        }
    }

    deinit {
        environments.deinitialize(count: count)
        environments.deallocate()
        firstSeeds.deinitialize(count: count)
        firstSeeds.deallocate()
    }

    @inlinable func reset(_ range: Range<Int>) {
        for index in range {
            var turn = memory.turn(of: index)
            turn.reset(&environments[index], seed: firstSeeds[index])
            firstSeeds[index] = nil
            episodeStatuses.pointer[index] = .running
        }
    }

    @inlinable func step(_ range: Range<Int>) {
        for index in range {
            var turn = memory.turn(of: index)
            if !turn.isAnyoneActing { stopIdle(index) }
            let status = turn.step(&environments[index])
            episodeStatuses.pointer[index] = status
        }
    }

    @inlinable func observe(
        _ places: UnsafeBufferPointer<AgentPlace>, observations: UnsafeMutablePointer<Float>,
        masks: UnsafeMutablePointer<Bool>?
    ) {
        guard let first = places.first else { return }
        check(first)
        let width = widths.pointer[Int(first.agent)]
        let maskWidth = maskWidths.pointer[Int(first.agent)]
        for row in 0..<places.count {
            let place = places[row]
            check(place)
            let (index, agent) = (Int(place.environment), Int(place.agent))
            precondition(
                widths.pointer[agent] == width && maskWidths.pointer[agent] == maskWidth,
                "all agents of one call must have the same spaces")
            var observation = UnsafeMutableBufferPointer(start: observations + row &* width, count: width).mutableSpan
            environments[index].observe(agent, into: &observation)
            guard E.masksActions, maskWidth > 0, let masks else { continue }
            let mask = masks + row &* maskWidth
            mask.update(repeating: true, count: maskWidth)
            var entries = UnsafeMutableBufferPointer(start: mask, count: maskWidth).mutableSpan
            environments[index].writeActionMask(of: agent, into: &entries)
        }
    }

    @inlinable @inline(__always) func check(_ place: AgentPlace) {
        precondition(
            place.environment >= 0 && place.environment < count && place.agent >= 0 && place.agent < memory.agentCount,
            "there is no such environment or agent")
    }

    /// Stops a program that steps an environment in which nobody acts.
    @usableFromInline func stopIdle(_ index: Int) -> Never {
        fatalError("environment \(E.id) (number \(index)) is stepped, but nobody acts in it: it must be reset first")
    }

    // MARK: State

    @usableFromInline var state: StateTree {
        let slots = (0..<count).map { index in
            let agents = index * memory.agentCount..<(index + 1) * memory.agentCount
            return SavedAgentSlot(
                firstSeed: firstSeeds[index], environment: environments[index],
                acts: Array(memory.acts.elements[agents]), inPlay: Array(memory.inPlay.elements[agents]))
        }
        return ["environments": StateEncoder().encode(slots)]
    }

    @usableFromInline func restore(from state: StateTree) throws(StateError) {
        let list = try StateReader(state).child("environments")
        let slots = try StateDecoder().decode([SavedAgentSlot<E>].self, from: list.tree, path: list.path)
        guard slots.count == count else {
            throw list.error(.wrongShape, "expected the state of \(count) environments, found \(slots.count)")
        }
        for (slot, place) in zip(slots, try list.list()) {
            if let fault = fault(of: slot) { throw place.error(.wrongShape, fault) }
        }
        memory.rewards.clear()
        memory.statuses.clear()
        memory.marks.clear()
        episodeStatuses.clear()
        for (index, slot) in slots.enumerated() {
            firstSeeds[index] = slot.firstSeed
            environments[index] = slot.environment
            for agent in agents.indices {
                memory.acts[index * agents.count + agent] = slot.acts[agent]
                memory.inPlay[index * agents.count + agent] = slot.inPlay[agent]
            }
        }
    }

    /// Why a saved environment is none of this vector's, or nil when it may be one.
    private func fault(of slot: SavedAgentSlot<E>) -> String? {
        guard slot.environment.agents == agents else {
            return "expected the agents \(agents), found \(slot.environment.agents)"
        }
        for agent in agents.indices {
            guard slot.environment.observationSpace(of: agent).count == widths[agent],
                slot.environment.actionSpace(of: agent).width
                    == memory.actionOffsets[agent + 1] - memory.actionOffsets[agent],
                slot.environment.maskParts(of: agent) == maskParts[agent]
            else { return "the spaces of agent \(agents[agent]) are others" }
        }
        guard slot.acts.count == agents.count, slot.inPlay.count == agents.count else {
            return "expected who of \(agents.count) agents acts and is in play"
        }
        guard agents.indices.allSatisfy({ slot.inPlay[$0] || !slot.acts[$0] }) else {
            return "an agent acts that is not in play"
        }
        for agent in agents.indices where slot.acts[agent] && !hasChoices(slot.environment, agent) {
            return "agent \(agents[agent]) acts, but has no valid action"
        }
        return nil
    }

    /// Whether the mask of an agent leaves a valid choice for each component of its action.
    private func hasChoices(_ environment: E, _ agent: Int) -> Bool {
        let mask = AlignedBuffer<Bool>(count: maskParts[agent].width)
        guard mask.count > 0 else { return true }
        mask.pointer.update(repeating: true, count: mask.count)
        var entries = UnsafeMutableBufferPointer(start: mask.pointer, count: mask.count).mutableSpan
        environment.writeActionMask(of: agent, into: &entries)
        return maskParts[agent].fault(of: mask.pointer) == nil
    }
}

/// One environment of a multi-agent vector as it is saved.
private struct SavedAgentSlot<E: MultiAgentEnvironment>: Codable {
    let firstSeed: UInt64?
    let environment: E
    let acts: [Bool]
    let inPlay: [Bool]
}
