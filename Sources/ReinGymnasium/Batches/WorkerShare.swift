/// The lanes of one worker, and the blocks of them that are stepped together: no block lies in two pieces of the lanes, so
/// that a piece can be stepped without another.
struct WorkerShare: Sendable, Equatable {
    /// The lanes.
    let lanes: Range<Int>
    /// The blocks, side by side.
    let blocks: [Range<Int>]

    /// The blocks, counted from the first lane of the worker.
    var localBlocks: [Range<Int>] {
        blocks.map { $0.lowerBound - lanes.lowerBound..<$0.upperBound - lanes.lowerBound }
    }

    /// Divides lanes among workers.
    ///
    /// - Parameters:
    ///   - pieces: the pieces of the lanes, side by side from 0 on.
    ///   - workers: the number of workers. Those beyond the number of lanes have nothing to do, and are left out; there are
    ///     more where one would have more blocks than it can.
    static func shares(of pieces: [Range<Int>], workers: Int) -> [WorkerShare] {
        let lanes = pieces.last?.upperBound ?? 0
        var count = max(1, min(workers, lanes))
        while true {
            let shares = shares(of: pieces, lanes, count)
            if shares.allSatisfy({ $0.blocks.count <= WorkerRequests.blockLimit }) { return shares }
            count += 1
        }
    }

    private static func shares(of pieces: [Range<Int>], _ lanes: Int, _ count: Int) -> [WorkerShare] {
        (0..<count).map { worker in
            let own = lanes * worker / count..<lanes * (worker + 1) / count
            return WorkerShare(lanes: own, blocks: pieces.map { $0.clamped(to: own) }.filter { !$0.isEmpty })
        }
    }
}
