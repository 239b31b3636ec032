import ReinCheckpoints
import ReinNumerics

/// Proportional prioritised replay (Schaul et al. 2016, arXiv 1511.05952): a transition is drawn with a probability
/// proportional to (|TD error| + ε)^α, and weighted in the loss by (N · P)^−β over the largest such weight.
///
/// New transitions get the largest priority so far. Draws are stratified: one from each of as many equal parts of the
/// total as there are rows.
final class PrioritizedSampler: Sendable {
    /// ε, so that no transition is forgotten.
    static let offset = 1e-6

    let alpha: Double
    private let priorities: SumTree
    /// The largest priority so far, before α.
    private let largest: AlignedBuffer<Double>

    init(capacity: Int, alpha: Double) {
        self.alpha = alpha
        priorities = SumTree(count: capacity)
        largest = AlignedBuffer([1.0])
    }

    /// Creates a copy.
    init(copying other: PrioritizedSampler) {
        alpha = other.alpha
        priorities = SumTree(copying: other.priorities)
        largest = AlignedBuffer(other.largest.elements)
    }

    /// The number of rows that can have a priority.
    var capacity: Int { priorities.count }

    /// Gives a new transition the largest priority.
    func insert(_ row: Int) { priorities[row] = power(largest.pointer[0], alpha) }

    /// Draws transitions, gathers them and computes their weights.
    func sample(_ batch: ReplayBatch, from buffer: ReplayBuffer, beta: Double, using random: inout RandomStream) {
        let total = priorities.total
        let part = total / Double(batch.rows)
        var heaviest = 0.0
        for row in 0..<batch.rows {
            let index = priorities.index(at: (Double(row) + random.nextDouble()) * part)
            batch.indices.pointer[row] = Int32(index)
            let weight = power(Double(buffer.count) * priorities[index] / total, -beta)
            batch.weights.pointer[row] = Float(weight)
            heaviest = max(heaviest, weight)
        }
        for row in 0..<batch.rows { batch.weights.pointer[row] /= Float(heaviest) }
        batch.gather(from: buffer)
    }

    /// Changes the priorities of a batch's transitions to their errors.
    func update(_ batch: ReplayBatch, errors: UnsafePointer<Float>) {
        for row in 0..<batch.rows {
            let priority = abs(Double(errors[row])) + Self.offset
            largest.pointer[0] = max(largest.pointer[0], priority)
            priorities[Int(batch.indices.pointer[row])] = power(priority, alpha)
        }
    }
}

extension PrioritizedSampler {
    /// The priorities of the first `count` rows, raised to α, and the largest one before that. They are the sampler's
    /// memory, which nobody may change as long as the tree lives: whoever owns the sampler asks
    /// `isKnownUniquelyReferenced` before.
    func sharedState(count: Int) -> StateTree {
        let numbers = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: priorities.numbers.prefix(count)))
        return [
            "largest": .double(largest.pointer[0]),
            "priorities": .tensor(StateTensor(sharing: numbers, of: self, .float64, shape: [count])),
        ]
    }

    /// Takes over the priorities of `count` rows into a sampler without any.
    ///
    /// - Throws: `StateError` when something is missing or out of range.
    func restore(from reader: StateReader, count: Int) throws(StateError) {
        let top = try reader.double("largest")
        guard top > 0, top.isFinite else {
            throw try reader.child("largest").error(.outOfRange, "a priority is positive")
        }
        let saved = try reader.child("priorities").doubles(shape: [count])
        guard saved.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw try reader.child("priorities").error(.outOfRange, "priorities are positive")
        }
        largest.pointer[0] = top
        for (index, priority) in saved.enumerated() { priorities[index] = priority }
    }
}
