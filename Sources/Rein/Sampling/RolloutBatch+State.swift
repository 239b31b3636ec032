import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinPolicies

/// The rows of a rollout that is saved before all has been learnt from it.
extension RolloutBatch {
    /// Which rows of a batch hold a rollout, or what there is of one.
    struct Extent {
        /// The rows, in their order.
        var rows: [Range<Int>]
        /// Where the observations after the last step are; empty as long as the rollout is not complete.
        var last: Range<Int>
        /// The number of steps taken, where all lanes act together.
        var steps: Int

        /// The number of rows.
        var count: Int { RolloutBatch.count(rows) }
    }

    private static func count(_ rows: [Range<Int>]) -> Int { rows.reduce(0) { $0 + $1.count } }

    /// The extent of a rollout that is complete.
    var wholeExtent: Extent {
        Extent(rows: [0..<count], last: count..<count + lanes, steps: count / lanes)
    }

    /// The extent of the first steps of a rollout, where all lanes act together.
    func extent(steps: Int) -> Extent {
        Extent(rows: [0..<steps * lanes], last: steps * lanes..<steps * lanes, steps: steps)
    }

    /// The rows of an extent, one behind the other.
    ///
    /// - Parameter open: the rows whose outcome is not known yet, where agents act at their own times.
    func state(_ extent: Extent, open: Set<Int> = []) -> StateTree {
        let rows = extent.rows
        func floats(_ column: AlignedBuffer<Float>, _ width: Int, _ rows: [Range<Int>]) -> StateTree {
            .tensor(StateTensor(Self.gather(column, rows, width: width), shape: [Self.count(rows), width]))
        }
        func masks(_ column: AlignedBuffer<Bool>, _ rows: [Range<Int>]) -> StateTree {
            var bytes = Self.gather(column, rows, width: maskWidth).map { $0 ? 1 : 0 as UInt8 }
            // Rows that nobody reads may never have been written; a mask has a valid action.
            for first in stride(from: 0, to: bytes.count, by: maskWidth) {
                let row = first..<first + maskWidth
                if !bytes[row].contains(1) { bytes.replaceSubrange(row, with: repeatElement(1, count: maskWidth)) }
            }
            return .tensor(StateTensor(bytes, shape: [Self.count(rows), maskWidth]))
        }
        var map: StateMap = [
            "observations": floats(observations, observationWidth, rows + [extent.last]),
            "actions": floats(actions, actionWidth, rows),
            "rewards": floats(rewards, 1, rows),
            "bootstraps": floats(bootstraps, 1, rows),
            "statuses": .tensor(
                StateTensor(Self.gather(statuses, rows, width: 1).map(\.rawValue), shape: [extent.count])),
        ]
        if columns.contains(.heads) { map["heads"] = floats(heads, headWidth, rows) }
        if columns.contains(.logDensities) { map["logDensities"] = floats(logDensities, 1, rows) }
        if maskWidth > 0 { map["masks"] = masks(self.masks, rows + [extent.last]) }
        if keepsFinalObservations {
            map["finalObservations"] = floats(finalObservations, observationWidth, rows)
            if maskWidth > 0 { map["finalMasks"] = masks(finalMasks, rows) }
        }
        if !isRegular {
            let following = rows.joined().map { row in
                statuses.pointer[row] == .running && !open.contains(row) ? successors.pointer[row] : -1
            }
            map["successors"] = .tensor(StateTensor(following, shape: [extent.count]))
            map["lanes"] = .tensor(StateTensor(Self.gather(rowLanes, rows, width: 1), shape: [extent.count]))
        }
        if let memory {
            map["memory"] = memory.state(steps: extent.steps, isClosed: !extent.last.isEmpty, lanes: lanes)
        }
        return .map(map)
    }

    /// Takes over the rows of an extent. Columns that are not kept may be there: earlier versions kept all.
    ///
    /// - Parameters:
    ///   - choiceCounts: the number of choices of each component of a discrete action; empty for continuous ones.
    ///   - open: the rows whose outcome is not known yet, where agents act at their own times.
    /// - Throws: `StateError` when something is missing or does not fit.
    func restore(
        _ extent: Extent, from reader: StateReader, choiceCounts: [Int], open: Set<Int> = []
    ) throws(StateError) {
        let (rows, count) = (extent.rows, extent.count)
        func read(
            _ key: String, into column: AlignedBuffer<Float>, _ width: Int, _ rows: [Range<Int>]
        ) throws(StateError) {
            let values = try reader.floats(key, shape: [Self.count(rows), width])
            guard values.allSatisfy(\.isFinite) else {
                throw try reader.child(key).error(.outOfRange, "a number is not finite")
            }
            Self.scatter(values, to: column, rows, width: width)
        }
        try read("observations", into: observations, observationWidth, rows + [extent.last])
        try read("actions", into: actions, actionWidth, rows)
        // Gradients are written to the places of discrete actions.
        for (index, action) in Self.gather(actions, rows, width: actionWidth).enumerated() where !choiceCounts.isEmpty {
            let choices = choiceCounts[index % choiceCounts.count]
            guard let choice = Int(exactly: action), (0..<choices).contains(choice) else {
                throw try reader.child("actions").error(.outOfRange, "\(action) is none of \(choices) actions")
            }
        }
        if columns.contains(.heads) { try read("heads", into: heads, headWidth, rows) }
        if columns.contains(.logDensities) { try read("logDensities", into: logDensities, 1, rows) }
        try read("rewards", into: rewards, 1, rows)
        try read("bootstraps", into: bootstraps, 1, rows)
        let saved = try reader.child("statuses")
        let statuses = try Self.statuses(saved, count: count)
        Self.scatter(statuses, to: self.statuses, rows, width: 1)
        if keepsFinalObservations { try read("finalObservations", into: finalObservations, observationWidth, rows) }
        if maskWidth > 0 {
            try restoreMasks(extent, from: reader)
        }
        if !isRegular { try restoreOrder(extent, from: reader, open: open) }
        try memory?.restore(
            from: reader.child("memory"), steps: extent.steps, isClosed: !extent.last.isEmpty, lanes: lanes)
    }

    private func restoreMasks(_ extent: Extent, from reader: StateReader) throws(StateError) {
        func read(_ key: String, into column: AlignedBuffer<Bool>, _ rows: [Range<Int>]) throws(StateError) {
            let count = Self.count(rows)
            let masks = AlignedBuffer<Bool>(count: count * maskWidth)
            _ = try reader.child(key)
            try MaskColumn.read(key, of: reader, shape: [count, maskWidth], into: masks)
            Self.scatter(Array(masks.elements), to: column, rows, width: maskWidth)
        }
        try read("masks", into: masks, extent.rows + [extent.last])
        if keepsFinalObservations { try read("finalMasks", into: finalMasks, extent.rows) }
    }

    private func restoreOrder(
        _ extent: Extent, from reader: StateReader, open: Set<Int>
    ) throws(StateError) {
        func read(_ key: String) throws(StateError) -> [Int32] {
            let saved = try reader.child(key)
            let tensor = try saved.tensor(shape: [extent.count])
            do { return try tensor.int32s() } catch { throw error.nested(under: saved.path) }
        }
        let (lanes, successors) = (try read("lanes"), try read("successors"))
        var index = 0
        for range in extent.rows {
            // What follows a row is in the same range, or behind the last row.
            let end = extent.last.isEmpty ? range.upperBound : extent.last.upperBound
            for row in range {
                guard (0..<self.lanes).contains(Int(lanes[index])) else {
                    throw try reader.child("lanes").error(.outOfRange, "there is no lane \(lanes[index])")
                }
                let following = Int(successors[index])
                let goesOn = statuses.pointer[row] == .running && !open.contains(row)
                guard goesOn ? following > row && following < end : following == -1 else {
                    throw try reader.child("successors").error(
                        .outOfRange, "row \(following) cannot follow row \(row)")
                }
                index += 1
            }
        }
        Self.scatter(lanes, to: rowLanes, extent.rows, width: 1)
        Self.scatter(successors, to: self.successors, extent.rows, width: 1)
    }

    private static func statuses(_ reader: StateReader, count: Int) throws(StateError) -> [Status] {
        let tensor = try reader.tensor(shape: [count])
        let bytes: [UInt8]
        do { bytes = try tensor.uint8s() } catch { throw error.nested(under: reader.path) }
        var statuses: [Status] = []
        statuses.reserveCapacity(count)
        for byte in bytes {
            guard let status = Status(rawValue: byte) else {
                throw reader.error(.outOfRange, "\(byte) is not how an episode stands")
            }
            statuses.append(status)
        }
        return statuses
    }

    private static func gather<Element>(
        _ column: AlignedBuffer<Element>, _ rows: [Range<Int>], width: Int
    ) -> [Element] {
        var values: [Element] = []
        values.reserveCapacity(width * count(rows))
        for range in rows {
            values += UnsafeBufferPointer(
                start: column.rows(of: width)[range].base, count: range.count * width)
        }
        return values
    }

    private static func scatter<Element>(
        _ values: [Element], to column: AlignedBuffer<Element>, _ rows: [Range<Int>], width: Int
    ) {
        var next = 0
        for range in rows {
            for index in range.lowerBound * width..<range.upperBound * width {
                column.pointer[index] = values[next]
                next += 1
            }
        }
    }
}

extension RolloutMemory {
    /// What the first steps of a rollout left.
    fileprivate func state(steps: Int, isClosed: Bool, lanes: Int) -> StateTree {
        let (parts, rows) = extent(steps: steps, isClosed: isClosed)
        func tensor(_ column: AlignedBuffer<Float>, _ shape: [Int]) -> StateTree {
            let count = shape.reduce(1, *)
            return .tensor(StateTensor(UnsafeBufferPointer(start: column.pointer, count: count), shape: shape))
        }
        return [
            "states": tensor(states, [parts, lanes, stateWidth]), "values": tensor(values, [rows, lanes]),
        ]
    }

    /// Takes over what the first steps of a rollout left.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    fileprivate func restore(from reader: StateReader, steps: Int, isClosed: Bool, lanes: Int) throws(StateError) {
        let (parts, rows) = extent(steps: steps, isClosed: isClosed)
        let states = try reader.floats("states", shape: [parts, lanes, stateWidth])
        let values = try reader.floats("values", shape: [rows, lanes])
        guard states.allSatisfy(\.isFinite), values.allSatisfy(\.isFinite) else {
            throw reader.error(.outOfRange, "a number is not finite")
        }
        for (index, value) in states.enumerated() { self.states.pointer[index] = value }
        for (index, value) in values.enumerated() { self.values.pointer[index] = value }
    }

    /// The sequences begun, and the rows of values.
    private func extent(steps: Int, isClosed: Bool) -> (parts: Int, rows: Int) {
        ((steps + sequenceLength - 1) / sequenceLength, isClosed ? steps + 1 : steps)
    }
}
