import ReinNumerics

/// How two parts of a row of numbers become one: a binary operation that may be grouped in any way.
protocol Reduction {
    /// What changes nothing: the result for a part without numbers.
    static var identity: Double { get }
    /// The result for two parts side by side.
    static func combine(_ left: Double, _ right: Double) -> Double
}

/// Sums.
enum Sum: Reduction {
    static var identity: Double { 0 }
    static func combine(_ left: Double, _ right: Double) -> Double { left + right }
}

/// Minima.
enum Minimum: Reduction {
    static var identity: Double { .infinity }
    static func combine(_ left: Double, _ right: Double) -> Double { min(left, right) }
}

/// Numbers with their sum, or their minimum, which follows the change of a number in O(log n).
///
/// A complete binary tree in one buffer: node i has the children 2i and 2i + 1, the leaves are the numbers.
final class ReductionTree<Operation: Reduction>: Sendable {
    let count: Int
    private let leaves: Int
    private let nodes: AlignedBuffer<Double>

    /// Creates `count` numbers that change nothing.
    init(count: Int) {
        self.count = count
        var leaves = 1
        while leaves < count { leaves *= 2 }
        self.leaves = leaves
        nodes = AlignedBuffer(count: 2 * leaves)
        // The buffer comes with zeros.
        if Operation.identity != 0 { nodes.pointer.update(repeating: Operation.identity, count: nodes.count) }
    }

    /// Creates a copy with room for more numbers, which change nothing: every result stays the same to the bit.
    convenience init(copying other: ReductionTree, count: Int) {
        precondition(count >= other.count, "a copy of \(other.count) numbers has room for \(count)")
        self.init(count: count)
        _ = nodes.mutableElements(in: self.leaves..<self.leaves + other.count).update(fromContentsOf: other.numbers)
        for node in stride(from: leaves - 1, to: 0, by: -1) { combine(at: node) }
    }

    /// All numbers, `[count]`, as long as the tree lives.
    var numbers: UnsafeBufferPointer<Double> { UnsafeBufferPointer(mutableNumbers) }

    private var mutableNumbers: UnsafeMutableBufferPointer<Double> {
        nodes.mutableElements(in: leaves..<leaves + count)
    }

    /// The sum, or the minimum, of all numbers.
    var total: Double { nodes.pointer[1] }

    /// A number; what it is a part of is brought up to date from the leaf upwards, so that nothing ever drifts.
    subscript(index: Int) -> Double {
        get { nodes.pointer[leaves + index] }
        set {
            var node = leaves + index
            nodes.pointer[node] = newValue
            while node > 1 {
                node /= 2
                combine(at: node)
            }
        }
    }

    private func combine(at node: Int) {
        nodes.pointer[node] = Operation.combine(nodes.pointer[2 * node], nodes.pointer[2 * node + 1])
    }
}

extension ReductionTree<Sum> {
    /// The index whose part of the running total contains `position`, which lies in `0..<total`, of numbers that are
    /// not negative.
    func index(at position: Double) -> Int {
        var rest = position
        var node = 1
        while node < leaves {
            node *= 2
            let left = nodes.pointer[node]
            // Rounding may leave a rest beyond the right side: never go where nothing is.
            if rest >= left, nodes.pointer[node + 1] > 0 {
                rest -= left
                node += 1
            }
        }
        return min(node - leaves, count - 1)
    }
}
