import ReinCheckpoints
import ReinNumerics
import ReinPolicies

/// Actions whose outcome is not known when a rollout ends, because the agent waits for others: they are the first rows
/// of the next rollout. A row for each lane of a policy.
final class CarriedRows: Sendable {
    private let lanes: Int
    private let columns: RolloutColumns
    private let isCarried: AlignedBuffer<Bool>
    private let observations: AlignedBuffer<Float>
    private let actions: AlignedBuffer<Float>
    private let heads: AlignedBuffer<Float>
    private let logDensities: AlignedBuffer<Float>
    private let masks: AlignedBuffer<Bool>
    /// The number of choices of each component of a discrete action; empty for continuous ones.
    private let choiceCounts: [Int]

    init(lanes: Int, policy: Policy, columns: RolloutColumns) {
        self.lanes = lanes
        self.columns = columns
        isCarried = AlignedBuffer(count: lanes)
        observations = AlignedBuffer(count: lanes * policy.observationSpace.count)
        actions = AlignedBuffer(count: lanes * policy.distribution.actionWidth)
        heads = AlignedBuffer(count: columns.contains(.heads) ? lanes * policy.distribution.headWidth : 0)
        logDensities = AlignedBuffer(count: columns.contains(.logDensities) ? lanes : 0)
        masks = AlignedBuffer(count: lanes * policy.maskWidth)
        masks.pointer.update(repeating: true, count: masks.count)
        choiceCounts = policy.actionSpace.choiceCounts
    }

    /// Whether a lane has a row.
    subscript(lane: Int) -> Bool { isCarried.pointer[lane] }

    /// Forgets all rows.
    func removeAll() { isCarried.clear() }

    /// Forgets the row of a lane.
    func remove(_ lane: Int) { isCarried.pointer[lane] = false }

    /// Takes a row out of a batch.
    func keep(_ row: Int, of batch: RolloutBatch, lane: Int) {
        isCarried.pointer[lane] = true
        copy(batch.observations, row, to: observations, lane, batch.observationWidth)
        copy(batch.actions, row, to: actions, lane, batch.actionWidth)
        if columns.contains(.heads) { copy(batch.heads, row, to: heads, lane, batch.headWidth) }
        if columns.contains(.logDensities) { copy(batch.logDensities, row, to: logDensities, lane, 1) }
        copy(batch.masks, row, to: masks, lane, batch.maskWidth)
    }

    /// Puts the row of a lane into a batch.
    func release(_ lane: Int, into batch: RolloutBatch, row: Int) {
        isCarried.pointer[lane] = false
        copy(observations, lane, to: batch.observations, row, batch.observationWidth)
        copy(actions, lane, to: batch.actions, row, batch.actionWidth)
        if columns.contains(.heads) { copy(heads, lane, to: batch.heads, row, batch.headWidth) }
        if columns.contains(.logDensities) { copy(logDensities, lane, to: batch.logDensities, row, 1) }
        copy(masks, lane, to: batch.masks, row, batch.maskWidth)
    }

    /// Takes a row over from those of other lanes of the same policy.
    func take(_ lane: Int, of other: CarriedRows, as target: Int) {
        func copy<Element>(_ source: AlignedBuffer<Element>, to buffer: AlignedBuffer<Element>) {
            let width = buffer.count / lanes
            self.copy(source, lane, to: buffer, target, width)
        }
        isCarried.pointer[target] = true
        copy(other.observations, to: observations)
        copy(other.actions, to: actions)
        copy(other.heads, to: heads)
        copy(other.logDensities, to: logDensities)
        copy(other.masks, to: masks)
    }

    /// Writes what was seen before a lane's row, and which actions were valid then, into a row behind a batch's last.
    func present(_ lane: Int, in batch: RolloutBatch, row: Int) {
        copy(observations, lane, to: batch.observations, row, batch.observationWidth)
        copy(masks, lane, to: batch.masks, row, batch.maskWidth)
    }

    private func copy<Element>(
        _ source: AlignedBuffer<Element>, _ from: Int, to target: AlignedBuffer<Element>, _ row: Int, _ width: Int
    ) {
        target.mutableRows(of: width)[row].update(from: source.mutableRows(of: width)[from], count: width)
    }
}

extension CarriedRows: Checkpointable {
    /// The rows of all lanes.
    var state: StateTree {
        var map: StateMap = [
            "isCarried": .tensor(StateTensor(isCarried.elements.map { $0 ? 1 : 0 as Int64 }, shape: [lanes])),
            "observations": .tensor(StateTensor(observations.elements, shape: [lanes, observations.count / lanes])),
            "actions": .tensor(StateTensor(actions.elements, shape: [lanes, actions.count / lanes])),
            "masks": masks.count == 0 ? .null : MaskColumn.tree(masks, shape: [lanes, masks.count / lanes]),
        ]
        if columns.contains(.heads) {
            map["heads"] = .tensor(StateTensor(heads.elements, shape: [lanes, heads.count / lanes]))
        }
        if columns.contains(.logDensities) {
            map["logDensities"] = .tensor(StateTensor(logDensities.elements, shape: [lanes]))
        }
        return .map(map)
    }

    /// Takes over the rows of as many lanes of the same policy. Columns that are not kept may be there: earlier versions
    /// kept all.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try read("observations", of: reader, into: observations)
        try read("actions", of: reader, into: actions)
        // Gradients are written to the places of discrete actions.
        for (index, action) in actions.elements.enumerated() where !choiceCounts.isEmpty {
            let count = choiceCounts[index % choiceCounts.count]
            guard let choice = Int(exactly: action), (0..<count).contains(choice) else {
                throw try reader.child("actions").error(.outOfRange, "\(action) is none of \(count) actions")
            }
        }
        if columns.contains(.heads) { try read("heads", of: reader, into: heads) }
        if columns.contains(.logDensities) {
            let densities = try reader.floats("logDensities", shape: [lanes])
            for (lane, value) in densities.enumerated() { logDensities.pointer[lane] = value }
        }
        if masks.count > 0 {
            try MaskColumn.read("masks", of: reader, shape: [lanes, masks.count / lanes], into: masks)
        }
        let carried = try reader.int64s("isCarried", shape: [lanes])
        for (lane, value) in carried.enumerated() { isCarried.pointer[lane] = value != 0 }
    }

    private func read(
        _ key: String, of reader: StateReader, into buffer: AlignedBuffer<Float>
    ) throws(StateError) {
        let values = try reader.floats(key, shape: [lanes, buffer.count / lanes])
        guard values.allSatisfy(\.isFinite) else {
            throw try reader.child(key).error(.outOfRange, "a number is not finite")
        }
        for (index, value) in values.enumerated() { buffer.pointer[index] = value }
    }
}
