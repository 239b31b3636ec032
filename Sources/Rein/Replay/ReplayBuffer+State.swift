public import ReinCheckpoints
import ReinNumerics

extension ReplayBuffer {
    /// The transitions that there are, oldest place first, and where the next one goes.
    public var state: StateTree {
        tree { column, shape in
            .tensor(StateTensor(UnsafeBufferPointer(start: column.pointer, count: shape[0] * shape[1]), shape: shape))
        }
    }

    /// The same tree without a copy: its tensors are the buffer's memory, which nobody may change as long as the tree
    /// lives. Whoever owns the buffer asks `isKnownUniquelyReferenced` before, since the tree is a reference to it.
    var sharedState: StateTree {
        tree { column, shape in
            let floats = UnsafeBufferPointer(start: column.pointer, count: shape[0] * shape[1])
            return .tensor(StateTensor(sharing: UnsafeRawBufferPointer(floats), of: self, .float32, shape: shape))
        }
    }

    private func tree(_ tensor: (AlignedBuffer<Float>, _ shape: [Int]) -> StateTree) -> StateTree {
        var map: StateMap = [
            "count": .int(Int64(count)),
            "head": .int(Int64(head)),
            "observations": tensor(observations, [count, observationWidth]),
            "actions": tensor(actions, [count, actionWidth]),
            "rewards": tensor(rewards, [count, 1]),
            "discounts": tensor(discounts, [count, 1]),
            "nextObservations": tensor(nextObservations, [count, observationWidth]),
        ]
        if maskWidth > 0 {
            map["masks"] = MaskColumn.tree(masks, shape: [count, maskWidth])
            map["nextMasks"] = MaskColumn.tree(nextMasks, shape: [count, maskWidth])
        }
        return .map(map)
    }

    /// Takes over the transitions of a buffer of the same widths and capacity, straight from where the tree has them.
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
            let column = try reader.child(key)
            let tensor = try column.tensor(shape: [count, width])
            do {
                try tensor.copy(into: UnsafeMutableBufferPointer(start: buffer.pointer, count: count * width))
            } catch {
                throw error.nested(under: column.path)
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
