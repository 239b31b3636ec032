public import ReinCheckpoints
public import ReinNumerics

/// The environments of a multi-agent vector, in memory of their own, so that threads may step disjoint ranges.
///
/// `@unchecked Sendable`: the pointers never change, and the callers of ``MultiAgentVector`` promise that no two
/// threads touch the same environment at the same time.
@usableFromInline final class MultiAgentCopies<E: MultiAgentEnvironment>: @unchecked Sendable {
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
    private let layout: AgentLayout

    @usableFromInline init(
        _ make: () -> E, seeds: [UInt64], sample: E, memory: AgentMemory, episodeStatuses: AlignedBuffer<Status>
    ) {
        count = seeds.count
        self.memory = memory
        self.episodeStatuses = episodeStatuses
        layout = AgentLayout(of: sample)
        widths = AlignedBuffer(layout.observationWidths)
        maskWidths = AlignedBuffer(layout.maskParts.map(\.width))
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
        let copies = (0..<count).map { index in
            let agents = index * memory.agentCount..<(index + 1) * memory.agentCount
            return SavedMultiAgentCopy(
                firstSeed: firstSeeds[index], environment: environments[index],
                acts: Array(memory.acts.elements[agents]), inPlay: Array(memory.inPlay.elements[agents]))
        }
        return ["environments": StateEncoder().encode(copies)]
    }

    @usableFromInline func restore(from state: StateTree) throws(StateError) {
        let list = try StateReader(state).child("environments")
        let copies = try StateDecoder().decode([SavedMultiAgentCopy<E>].self, from: list.tree, path: list.path)
        guard copies.count == count else {
            throw list.error(.wrongShape, "expected the state of \(count) environments, found \(copies.count)")
        }
        for (copy, place) in zip(copies, try list.list()) {
            if let fault = fault(of: copy) { throw place.error(.wrongShape, fault) }
        }
        memory.rewards.clear()
        memory.statuses.clear()
        memory.marks.clear()
        episodeStatuses.clear()
        for (index, copy) in copies.enumerated() {
            firstSeeds[index] = copy.firstSeed
            environments[index] = copy.environment
            for agent in 0..<memory.agentCount {
                memory.acts[index * memory.agentCount + agent] = copy.acts[agent]
                memory.inPlay[index * memory.agentCount + agent] = copy.inPlay[agent]
            }
        }
    }

    /// Why a saved environment is none of this vector's, or nil when it may be one.
    private func fault(of copy: SavedMultiAgentCopy<E>) -> String? {
        layout.fault(of: AgentLayout(of: copy.environment), acts: copy.acts, inPlay: copy.inPlay) { agent in
            hasChoices(copy.environment, agent)
        }
    }

    /// Whether the mask of an agent leaves a valid choice for each component of its action.
    private func hasChoices(_ environment: E, _ agent: Int) -> Bool {
        let parts = layout.maskParts[agent]
        let mask = AlignedBuffer<Bool>(count: parts.width)
        guard mask.count > 0 else { return true }
        mask.pointer.update(repeating: true, count: mask.count)
        var entries = UnsafeMutableBufferPointer(start: mask.pointer, count: mask.count).mutableSpan
        environment.writeActionMask(of: agent, into: &entries)
        return parts.fault(of: mask.pointer) == nil
    }
}

/// One environment of a multi-agent vector as it is saved.
private struct SavedMultiAgentCopy<E: MultiAgentEnvironment>: Codable {
    let firstSeed: UInt64?
    let environment: E
    let acts: [Bool]
    let inPlay: [Bool]
}
