import ReinNumerics

/// Non-negative numbers with their sum, of which one is found by a position in the running total in O(log n).
///
/// A complete binary tree in one buffer: node i has the children 2i and 2i + 1, the leaves are the numbers.
final class SumTree: Sendable {
    let count: Int
    private let leaves: Int
    private let nodes: AlignedBuffer<Double>

    /// Creates `count` zeros.
    init(count: Int) {
        self.count = count
        var leaves = 1
        while leaves < count { leaves *= 2 }
        self.leaves = leaves
        nodes = AlignedBuffer(count: 2 * leaves)
    }

    /// Creates a copy.
    init(copying other: SumTree) {
        (count, leaves) = (other.count, other.leaves)
        nodes = AlignedBuffer(count: other.nodes.count)
        nodes.copy(from: other.nodes)
    }

    /// All numbers, `[count]`, as long as the tree lives.
    var numbers: UnsafeBufferPointer<Double> { UnsafeBufferPointer(start: nodes.pointer + leaves, count: count) }

    /// The sum of all numbers.
    var total: Double { nodes.pointer[1] }

    /// A number; its sums are brought up to date from the leaf upwards, so they never drift.
    subscript(index: Int) -> Double {
        get { nodes.pointer[leaves + index] }
        set {
            var node = leaves + index
            nodes.pointer[node] = newValue
            while node > 1 {
                node /= 2
                nodes.pointer[node] = nodes.pointer[2 * node] + nodes.pointer[2 * node + 1]
            }
        }
    }

    /// The index whose part of the running total contains `position`, which lies in `0..<total`.
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
