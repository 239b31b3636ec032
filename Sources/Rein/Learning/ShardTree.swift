import ReinNumerics

/// The fixed binary tree over a number of shards that sums are made along, and who computes which shards.
///
/// The leaves are the shards, and as many more that are not there as the next power of two has; the sum of a node is
/// that of its left half plus that of its right half. It follows from the number of shards alone. Each participant owns
/// the leaves below one node, or shares a node with others and owns nothing:
///
///                     0...7                participants 0, 1, 2
///              0...3         4...7         0, 1             2
///           0, 1   2, 3                    0      1
struct ShardTree {
    /// The number of shards.
    let count: Int
    let collective: any Collective
    private let me: Int

    init(count: Int, in collective: any Collective) {
        self.count = count
        self.collective = collective
        me = collective.participant
    }

    /// A part of the tree.
    private struct Node {
        /// The leaves, those included that are not there.
        let leaves: Range<Int>
        /// Who owns them.
        let participants: Range<Int>

        var left: Node {
            Node(
                leaves: leaves.lowerBound..<leaves.lowerBound + (leaves.count + 1) / 2,
                participants: isShared ? participants.lowerBound..<middle : participants)
        }

        var right: Node {
            Node(
                leaves: leaves.lowerBound + (leaves.count + 1) / 2..<leaves.upperBound,
                participants: isShared ? middle..<participants.upperBound : participants)
        }

        var isShared: Bool { participants.count > 1 }
        private var middle: Int { participants.lowerBound + (participants.count + 1) / 2 }
    }

    private var root: Node {
        var size = 1
        while size < count { size *= 2 }
        return Node(leaves: 0..<size, participants: 0..<collective.participantCount)
    }

    /// The leaves of a node that are there.
    private func shards(of node: Node) -> Range<Int> { node.leaves.clamped(to: 0..<count) }

    /// The shards that this participant computes.
    var ownShards: Range<Int> {
        var node = root
        while node.isShared { node = node.left.participants.contains(me) ? node.left : node.right }
        return shards(of: node)
    }

    // MARK: Sums

    /// Adds up the buffers of all shards in the first one. Those of shards that this participant does not compute serve
    /// to receive others' sums.
    func sum(_ buffers: [AlignedBuffer<Float>]) {
        if count > 0 { sum(buffers, root) }
    }

    private func sum(_ buffers: [AlignedBuffer<Float>], _ node: Node) {
        guard node.isShared || node.leaves.count > 1, node.leaves.lowerBound < count else { return }
        let (left, right) = (node.left, node.right)
        if left.participants.contains(me) { sum(buffers, left) }
        if right.participants.contains(me) { sum(buffers, right) }
        let total = buffers[left.leaves.lowerBound]
        let other = shards(of: right).first.map { buffers[$0] }
        if node.isShared {
            exchange(left, right, Self.bytes(total.mutableElements), Self.bytes(other?.mutableElements))
        }
        if let other { Kernels.add(other.pointer, to: total.pointer, count: total.count) }
    }

    // MARK: Gathering

    /// Completes a column of which each participant has the elements of its own shards.
    ///
    /// - Parameters:
    ///   - elements: all of them.
    ///   - size: the number of elements of a shard; the last may have fewer.
    func gather<Element>(_ elements: UnsafeMutableBufferPointer<Element>, size: Int) {
        gather(root) { shards in
            let range = shards.lowerBound * size..<shards.upperBound * size
            return Self.bytes(UnsafeMutableBufferPointer(rebasing: elements[range.clamped(to: elements.indices)]))
        }
    }

    private func gather(_ node: Node, _ bytes: (Range<Int>) -> UnsafeMutableRawBufferPointer) {
        guard node.isShared else { return }
        let (left, right) = (node.left, node.right)
        gather(left.participants.contains(me) ? left : right, bytes)
        exchange(left, right, bytes(shards(of: left)), bytes(shards(of: right)))
    }

    // MARK: Communication

    private static func bytes<Element>(
        _ elements: UnsafeMutableBufferPointer<Element>?
    ) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(elements ?? UnsafeMutableBufferPointer(start: nil, count: 0))
    }

    /// Gives all participants of a node what its halves have. The last one of the left half, where it has one more,
    /// turns to the last one of the right half.
    private func exchange(
        _ left: Node, _ right: Node, _ leftBytes: UnsafeMutableRawBufferPointer,
        _ rightBytes: UnsafeMutableRawBufferPointer
    ) {
        let (leftFirst, rightFirst) = (left.participants.lowerBound, right.participants.lowerBound)
        guard right.participants.contains(me) else {
            let other = min(rightFirst + me - leftFirst, right.participants.upperBound - 1)
            return collective.exchange(UnsafeRawBufferPointer(leftBytes), for: rightBytes, with: other)
        }
        let other = leftFirst + me - rightFirst
        collective.exchange(UnsafeRawBufferPointer(rightBytes), for: leftBytes, with: other)
        if me == right.participants.upperBound - 1, other + 1 < left.participants.upperBound {
            collective.exchange(UnsafeRawBufferPointer(rightBytes), for: leftBytes, with: other + 1)
        }
    }
}
