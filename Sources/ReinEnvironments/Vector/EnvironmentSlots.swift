public import ReinCheckpoints

/// The environments of a vector, in memory of their own, so that threads may step disjoint ranges.
///
/// `@unchecked Sendable`: the pointers never change, and the callers of ``VectorEnvironment`` promise that no two
/// threads touch the same environment at the same time.
@usableFromInline final class EnvironmentSlots<E: Environment>: @unchecked Sendable {
    @usableFromInline let count: Int
    @usableFromInline let width: Int
    @usableFromInline let environments: UnsafeMutablePointer<E>
    /// The seed of each environment's first reset; nil once it is used.
    @usableFromInline let firstSeeds: UnsafeMutablePointer<UInt64?>

    @usableFromInline init(_ make: () -> E, seeds: [UInt64], width: Int) {
        count = seeds.count
        self.width = width
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

    @inlinable func reset(_ range: Range<Int>, observations: UnsafeMutablePointer<Float>) {
        for index in range {
            var row = UnsafeMutableBufferPointer(start: observations + index &* width, count: width).mutableSpan
            environments[index].reset(seed: firstSeeds[index], into: &row)
            firstSeeds[index] = nil
        }
    }

    /// Steps the environments of the range and resets those whose episode ends. All rows start at the range's first.
    @inlinable func step(
        _ range: Range<Int>, _ rows: EnvironmentRows, finalObservations: UnsafeMutablePointer<Float>
    ) {
        let first = environments + range.lowerBound
        E.step(EnvironmentLanes(first: first, stride: MemoryLayout<E>.stride, count: range.count), rows)
        for index in 0..<range.count where rows.statuses[index] != .running {
            let observation = rows.observation(index)
            for element in 0..<width { finalObservations[index &* width &+ element] = observation[element] }
            var row = observation.mutableSpan
            first[index].reset(seed: nil, into: &row)
        }
    }

    @usableFromInline var state: StateTree {
        let slots = (0..<count).map { SavedSlot(firstSeed: firstSeeds[$0], environment: environments[$0]) }
        return ["environments": StateEncoder().encode(slots)]
    }

    @usableFromInline func restore(from state: StateTree) throws(StateError) {
        let list = try StateReader(state).child("environments")
        let slots = try StateDecoder().decode([SavedSlot<E>].self, from: list.tree, path: list.path)
        guard slots.count == count else {
            throw list.error(.wrongShape, "expected the state of \(count) environments, found \(slots.count)")
        }
        for (index, slot) in slots.enumerated() {
            firstSeeds[index] = slot.firstSeed
            environments[index] = slot.environment
        }
    }
}

/// One environment of a vector as it is saved.
private struct SavedSlot<E: Environment>: Codable {
    let firstSeed: UInt64?
    let environment: E
}
