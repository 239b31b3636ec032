import ReinCheckpoints
import ReinNumerics

/// Proportional prioritised replay (Schaul et al. 2016, arXiv 1511.05952): a transition is drawn with a probability
/// proportional to (|TD error| + ε)^α, and weighted in the loss by (N · P)^−β over the largest such weight.
///
/// A transition of priority 0, as one without an error has it where ε is 0, is not drawn as long as another one has a
/// larger priority, and has no weight that others could be relative to. Where all priorities are 0, all transitions are
/// equally likely and weigh 1.
final class PrioritizedSampler: Sendable {
    /// What does not change.
    struct Rule: Sendable {
        /// α, how much priorities count.
        var exponent = 0.6
        /// ε, so that no transition is forgotten; 0 forgets those without an error.
        var epsilon = 1e-6
        /// How to draw, weigh and begin.
        var sampling = PrioritizedReplaySampling.stratified
    }

    /// The priorities beside 0, raised to α: as many as there may be have a finite sum, and finite ratios. Smaller ones
    /// are 0, larger ones the largest.
    private static let range = 1e-100...1e100

    let rule: Rule
    private let priorities: ReductionTree<Sum>
    /// The smallest priority but 0, which belongs to the largest weight; nil where that of a batch is asked for.
    private let minima: ReductionTree<Minimum>?
    /// The largest priority so far, before α.
    private let largest: AlignedBuffer<Double>

    init(capacity: Int, rule: Rule) {
        self.rule = rule
        priorities = ReductionTree(count: capacity)
        minima = rule.sampling == .independent ? ReductionTree(count: capacity) : nil
        largest = AlignedBuffer([1.0])
    }

    /// Creates a copy with room for more rows.
    init(copying other: PrioritizedSampler, capacity: Int) {
        rule = other.rule
        priorities = ReductionTree(copying: other.priorities, count: capacity)
        minima = other.minima.map { ReductionTree(copying: $0, count: capacity) }
        largest = AlignedBuffer(other.largest.elements)
    }

    /// The number of rows that can have a priority.
    var capacity: Int { priorities.count }

    /// Gives a new transition its first priority.
    func insert(_ row: Int) {
        set(row, to: rule.sampling == .stratified ? power(largest.pointer[0], rule.exponent) : 1)
    }

    /// Draws transitions, gathers them and computes their weights.
    func sample(_ batch: ReplayBatch, from buffer: ReplayBuffer, beta: Double, using random: inout RandomStream) {
        let total = priorities.total
        guard total > 0 else {
            batch.weights.pointer.update(repeating: 1, count: batch.rows)
            return batch.sampleUniformly(from: buffer, using: &random)
        }
        let part = total / Double(batch.rows)
        let count = Double(buffer.count)
        // The smallest priority belongs to the largest weight.
        var smallest = minima?.total ?? .infinity
        func weight(of priority: Double) -> Float { Float(power(count * priority / total, -beta)) }
        for row in 0..<batch.rows {
            let draw = random.nextDouble()
            let index = priorities.index(at: minima == nil ? (Double(row) + draw) * part : draw * total)
            batch.indices.pointer[row] = Int32(index)
            batch.weights.pointer[row] = weight(of: priorities[index])
            smallest = min(smallest, priorities[index])
        }
        let heaviest = weight(of: smallest)
        for row in 0..<batch.rows {
            if heaviest.isNormal {
                batch.weights.pointer[row] /= heaviest
            } else {
                // Too large or too small for the numbers that weights are: their ratio is not.
                let ratio = priorities[Int(batch.indices.pointer[row])] / smallest
                batch.weights.pointer[row] = Float(power(ratio, -beta))
            }
        }
        batch.gather(from: buffer)
    }

    /// Changes the priorities of a batch's transitions to their errors.
    func update(_ batch: ReplayBatch, errors: UnsafePointer<Float>) {
        for row in 0..<batch.rows {
            let priority = abs(Double(errors[row])) + rule.epsilon
            largest.pointer[0] = max(largest.pointer[0], priority)
            set(Int(batch.indices.pointer[row]), to: power(priority, rule.exponent))
        }
    }

    /// Sets a priority that has been raised to α.
    private func set(_ row: Int, to priority: Double) {
        let kept = priority < Self.range.lowerBound ? 0 : min(priority, Self.range.upperBound)
        priorities[row] = kept
        minima?[row] = kept == 0 ? Minimum.identity : kept
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
        guard saved.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw try reader.child("priorities").error(.outOfRange, "priorities are not negative")
        }
        largest.pointer[0] = top
        for (index, priority) in saved.enumerated() { set(index, to: priority) }
    }
}
