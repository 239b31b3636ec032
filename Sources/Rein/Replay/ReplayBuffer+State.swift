public import ReinCheckpoints
import ReinNumerics

extension ReplayBuffer {
    /// The transitions, oldest place first, and where the next one goes.
    public var state: StateTree {
        func column(_ buffer: AlignedBuffer<Float>, width: Int) -> StateTree {
            .tensor(
                StateTensor(
                    UnsafeBufferPointer(start: UnsafePointer(buffer.pointer), count: count * width),
                    shape: [count, width]))
        }
        var map: StateMap = [
            "count": .int(Int64(count)),
            "head": .int(Int64(head)),
            "observations": column(observations, width: observationWidth),
            "actions": column(actions, width: actionWidth),
            "rewards": column(rewards, width: 1),
            "discounts": column(discounts, width: 1),
            "nextObservations": column(nextObservations, width: observationWidth),
        ]
        if maskWidth > 0 {
            map["masks"] = MaskColumn.tree(masks, shape: [count, maskWidth])
            map["nextMasks"] = MaskColumn.tree(nextMasks, shape: [count, maskWidth])
        }
        return .map(map)
    }

    /// Takes over the transitions of a buffer of the same widths and capacity.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    public func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let count = try reader.int("count")
        let head = try reader.int("head")
        guard (0...capacity).contains(count), head == (count < capacity ? count : head), (0..<capacity).contains(head)
        else {
            throw reader.error(
                .outOfRange, "\(count) transitions and position \(head) do not fit a buffer of \(capacity)")
        }
        func read(_ key: String, into buffer: AlignedBuffer<Float>, width: Int) throws(StateError) {
            let values = try reader.child(key).floats(shape: [count, width])
            values.withUnsafeBufferPointer { values in
                if let base = values.baseAddress { buffer.pointer.update(from: base, count: values.count) }
            }
        }
        try read("observations", into: observations, width: observationWidth)
        try read("actions", into: actions, width: actionWidth)
        try read("rewards", into: rewards, width: 1)
        try read("discounts", into: discounts, width: 1)
        try read("nextObservations", into: nextObservations, width: observationWidth)
        try MaskColumn.read("masks", of: reader, shape: [count, maskWidth], into: masks)
        try MaskColumn.read("nextMasks", of: reader, shape: [count, maskWidth], into: nextMasks)
        restore(count: count, head: head)
    }
}
