public import ReinCheckpoints

/// The environments of a vector, in memory of their own, so that threads may step disjoint ranges.
///
/// `@unchecked Sendable`: the pointers never change, and the callers of ``VectorEnvironment`` promise that no two
/// threads touch the same environment at the same time.
@usableFromInline final class EnvironmentCopies<E: Environment>: @unchecked Sendable {
    @usableFromInline let count: Int
    @usableFromInline let width: Int
    @usableFromInline let environments: UnsafeMutablePointer<E>
    /// The seed of each environment's first reset; nil once it is used.
    @usableFromInline let firstSeeds: UnsafeMutablePointer<UInt64?>
    /// The number of entries of an action mask.
    @usableFromInline let maskWidth: Int
    private let maskParts: MaskParts

    @usableFromInline init(_ make: () -> E, seeds: [UInt64], width: Int, maskParts: MaskParts) {
        count = seeds.count
        self.width = width
        self.maskParts = maskParts
        maskWidth = maskParts.width
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

    @inlinable func reset(
        _ range: Range<Int>, observations: UnsafeMutablePointer<Float>, masks: UnsafeMutablePointer<Bool>?
    ) {
        for index in range {
            var row = UnsafeMutableBufferPointer(start: observations + index &* width, count: width).mutableSpan
            environments[index].reset(seed: firstSeeds[index], into: &row)
            firstSeeds[index] = nil
            writeMask(of: index, into: masks)
        }
    }

    /// Steps the environments of the range and resets those whose episode ends. All rows but those of masks start at
    /// the range's first.
    @inlinable func step(
        _ range: Range<Int>, _ rows: EnvironmentRows, finalObservations: UnsafeMutablePointer<Float>,
        masks: UnsafeMutablePointer<Bool>?, finalMasks: UnsafeMutablePointer<Bool>?
    ) {
        let first = environments + range.lowerBound
        E.step(EnvironmentLanes(first: first, stride: MemoryLayout<E>.stride, count: range.count), rows)
        for index in 0..<range.count where rows.statuses[index] != .running {
            let observation = rows.observation(index)
            for element in 0..<width { finalObservations[index &* width &+ element] = observation[element] }
            writeFinalMask(of: range.lowerBound &+ index, into: finalMasks, status: rows.statuses[index])
            var row = observation.mutableSpan
            first[index].reset(seed: nil, into: &row)
        }
        if E.masksActions {
            for index in range { writeMask(of: index, into: masks) }
        }
    }

    /// Writes the mask of an environment into its row of `masks`, if the environment has masks and the caller asks.
    @inlinable @inline(__always) func writeMask(of index: Int, into masks: UnsafeMutablePointer<Bool>?) {
        guard E.masksActions, let masks else { return }
        let mask = masks + index &* maskWidth
        mask.update(repeating: true, count: maskWidth)
        var row = UnsafeMutableBufferPointer(start: mask, count: maskWidth).mutableSpan
        environments[index].writeActionMask(into: &row)
    }

    /// Writes the mask of a final state. Nothing lies beyond termination: then all is valid.
    @inlinable @inline(__always) func writeFinalMask(
        of index: Int, into masks: UnsafeMutablePointer<Bool>?, status: Status
    ) {
        guard E.masksActions, let masks else { return }
        if status == .truncated {
            writeMask(of: index, into: masks)
        } else {
            (masks + index &* maskWidth).update(repeating: true, count: maskWidth)
        }
    }

    /// Writes the masks of present states.
    ///
    /// - Returns: the first environment that masks every action, or nil when there is none.
    @usableFromInline func writeMasks(_ range: Range<Int>, into masks: UnsafeMutablePointer<Bool>) -> Int? {
        for index in range { writeMask(of: index, into: masks) }
        return maskParts.firstFault(of: masks + range.lowerBound &* maskWidth, rows: range.count).map {
            range.lowerBound + $0.row
        }
    }

    @usableFromInline var state: StateTree {
        let copies = (0..<count).map { SavedEnvironmentCopy(firstSeed: firstSeeds[$0], environment: environments[$0]) }
        return ["environments": StateEncoder().encode(copies)]
    }

    @usableFromInline func restore(from state: StateTree) throws(StateError) {
        let list = try StateReader(state).child("environments")
        let copies = try StateDecoder().decode([SavedEnvironmentCopy<E>].self, from: list.tree, path: list.path)
        guard copies.count == count else {
            throw list.error(.wrongShape, "expected the state of \(count) environments, found \(copies.count)")
        }
        for (index, copy) in copies.enumerated() {
            firstSeeds[index] = copy.firstSeed
            environments[index] = copy.environment
        }
    }
}

/// One environment of a vector as it is saved.
private struct SavedEnvironmentCopy<E: Environment>: Codable {
    let firstSeed: UInt64?
    let environment: E
}
