import CSystemCalls
import ReinCheckpoints
import ReinEnvironments
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The workers of a number of lanes, and the requests to them by blocks.
///
/// `@unchecked Sendable`: what is known of a block belongs to whoever steps the block, and nobody else does meanwhile.
final class WorkerCrew: @unchecked Sendable {
    /// Lanes that are stepped by one request.
    struct Block: Sendable {
        /// The index of the worker's place.
        let seat: Int
        /// The number of the block in the worker.
        let index: Int
        /// The lanes.
        let lanes: Range<Int>
        /// The first lane, counted in the worker.
        let local: Int
        /// Where the number of its last request is in the worker's memory, in bytes.
        let requestOffset: Int
        /// Where the number of its last reply is, in bytes.
        let replyOffset: Int

        /// The number of a lane in the worker.
        func row(of lane: Int) -> Int { local + lane - lanes.lowerBound }
    }

    /// What is known of the last request for a block.
    private struct Request {
        var number: UInt64 = 0
        /// Whose request it was.
        var generation = 0
        var isPending = false
    }

    private struct Restarts {
        var left: Int
        var count = 0
    }

    /// The places of the workers.
    let seats: [WorkerSeat]
    /// The blocks in the order of their lanes.
    let blocks: [Block]
    private let idle: IdleWorkers
    private let requests: UnsafeMutablePointer<Request>
    /// The index of the first block from a lane on.
    private let firstBlocks: [Int]
    private let hasStarted = Mutex(false)
    private let restarts: Mutex<Restarts>

    /// Divides lanes among workers, and starts nothing yet.
    ///
    /// - Parameters:
    ///   - idle: who has workers.
    ///   - pieces: the pieces that lanes are stepped in, side by side from 0 on.
    ///   - workers: the number of workers.
    ///   - restarts: how many workers that are gone may be replaced.
    ///   - layout: where the arrays of a number of lanes in a number of blocks lie.
    init(
        _ idle: IdleWorkers, pieces: [Range<Int>], workers: Int, restarts: Int,
        layout: (_ lanes: Int, _ blocks: Int) -> RowLayout
    ) {
        self.idle = idle
        self.restarts = Mutex(Restarts(left: restarts))
        let shares = WorkerShare.shares(of: pieces, workers: workers)
        seats = shares.map { WorkerSeat($0, layout($0.lanes.count, $0.blocks.count)) }
        blocks = seats.enumerated().flatMap { place, seat in
            seat.share.blocks.enumerated().map { index, lanes in
                let offset = index * MemoryLayout<UInt64>.stride
                return Block(
                    seat: place, index: index, lanes: lanes, local: lanes.lowerBound - seat.share.lanes.lowerBound,
                    requestOffset: seat.layout.requests + offset, replyOffset: seat.layout.replies + offset)
            }
        }
        requests = .allocate(capacity: blocks.count)
        requests.initialize(repeating: Request(), count: blocks.count)
        let lanes = pieces.last?.upperBound ?? 0
        var first = [Int](repeating: 0, count: lanes + 1)
        for lane in 0...lanes { first[lane] = blocks.firstIndex { $0.lanes.lowerBound >= lane } ?? blocks.count }
        firstBlocks = first
    }

    deinit {
        for seat in seats {
            guard let worker = seat.leave() else { continue }
            // One that is still at work, or is gone, is of no use to anybody.
            if worker.forgetLanes() { idle.giveBack(worker) }
        }
        requests.deallocate()
    }

    /// The indices of the blocks of whole pieces.
    func blocks(of range: Range<Int>) -> Range<Int> {
        let found = firstBlocks[range.lowerBound]..<firstBlocks[range.upperBound]
        precondition(
            found.isEmpty
                ? range.isEmpty
                : blocks[found.lowerBound].lanes.lowerBound == range.lowerBound
                    && blocks[found.upperBound - 1].lanes.upperBound == range.upperBound,
            "\(range) is not made of whole pieces of the lanes")
        return found
    }

    /// Starts the workers at the same time, if they are not started.
    ///
    /// - Throws: `WorkerFailure` when one cannot be started, or cannot make its environments.
    func start() throws(WorkerFailure) {
        try hasStarted.withLock { hasStarted in
            Result { () throws(WorkerFailure) in
                if hasStarted { return }
                let lanes = blocks.last?.lanes.upperBound ?? 0
                guard lanes == 1 || idle.program.hello.recording == nil else {
                    let problem = StateError(.outOfRange, "episodes of one lane are recorded, not of \(lanes)")
                    throw WorkerFailure(cause: .system(problem))
                }
                let workers = try idle.take(seats.count)
                var memories: [UnsafeMutableRawPointer] = []
                for (seat, worker) in zip(seats, workers) { memories.append(try seat.prepare(worker)) }
                for (index, seat) in seats.enumerated() { try seat.sit(workers[index], on: memories[index]) }
                hasStarted = true
            }
        }.get()
    }

    // MARK: Requests

    /// Who has a block's lanes now. The crew has started.
    func occupant(_ block: Int) -> WorkerSeat.Occupant {
        guard let occupant = seats[blocks[block].seat].occupant else {
            preconditionFailure("lanes are stepped before they were reset")
        }
        return occupant
    }

    /// Whether the worker that had the last request for a block is in its place still.
    func hasSameWorker(_ block: Int, as occupant: WorkerSeat.Occupant) -> Bool {
        requests[block].generation == occupant.generation
    }

    /// Has the worker that is in its place now for a block's own: its lanes are what they should be.
    func adopt(_ block: Int) { requests[block].generation = occupant(block).generation }

    /// Whether a request for a block is under way.
    func isPending(_ block: Int) -> Bool { requests[block].isPending }

    /// Sends the request to step a block, or to begin new episodes in it.
    ///
    /// - Throws: `WorkerFailure` when the worker is gone.
    func send(_ block: Int, to occupant: WorkerSeat.Occupant, isReset: Bool) throws(WorkerFailure) {
        let index = blocks[block].index
        requests[block].number += 1
        requests[block].generation = occupant.generation
        occupant.memory.storeBytes(
            of: requests[block].number, toByteOffset: blocks[block].requestOffset, as: UInt64.self)
        try occupant.worker.request(UInt8(index + (isReset ? WorkerRequests.blockLimit : 0)))
        requests[block].isPending = true
    }

    /// Whether the worker says that it has answered the request for a block; ``finish(_:of:)`` looks whether it has.
    func isAnswered(_ block: Int) -> Bool {
        guard requests[block].isPending, let occupant = seats[blocks[block].seat].occupant else { return true }
        let number = occupant.memory.load(fromByteOffset: blocks[block].replyOffset, as: UInt64.self)
        return number == requests[block].number || !hasSameWorker(block, as: occupant)
    }

    /// Waits for a while, until a worker that has a request for some of these lanes replies to something, or is gone.
    func waitForReply(of ranges: [Range<Int>]) {
        withUnsafeTemporaryAllocation(of: pollfd.self, capacity: seats.count) { entries in
            var count = 0
            for range in ranges {
                for block in blocks(of: range) where !isAnswered(block) {
                    let descriptor = occupant(block).worker.requests.replyDescriptor
                    if (0..<count).contains(where: { entries[$0].fd == descriptor }) { continue }
                    entries[count] = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                    count += 1
                }
            }
            poll(entries.baseAddress, nfds_t(count), WorkerWait.slice)
        }
    }

    /// Has a thread that waits for several workers in turn interrupt none of them when one has replied: they have more to
    /// do, and the one whose processor the thread gets finishes it first.
    func waitPatiently(_ body: () -> Void) {
        let before = rein_set_patience(1)
        body()
        _ = rein_set_patience(before)
    }

    /// Waits for the answer to the request for a block.
    ///
    /// - Throws: `WorkerFailure` for an error of Python's, and when the worker is gone.
    func finish(_ block: Int, of occupant: WorkerSeat.Occupant) throws(WorkerFailure) {
        guard requests[block].isPending else { return }
        requests[block].isPending = false
        // Nobody answers requests to a worker whose place has been taken.
        guard hasSameWorker(block, as: occupant) else { return }
        try occupant.worker.finish(blocks[block].index)
        let number = occupant.memory.load(fromByteOffset: blocks[block].replyOffset, as: UInt64.self)
        guard number == requests[block].number else {
            throw occupant.worker.end(
                breaking: "the reply to request \(number), instead of \(requests[block].number)")
        }
    }

    // MARK: Restarts

    /// The number of workers that took the places of others.
    var restartCount: Int {
        get { restarts.withLock { $0.count } }
        set { restarts.withLock { $0.count = newValue } }
    }

    /// Whether a worker that is gone may be replaced.
    var mayRestart: Bool { restarts.withLock { $0.left > 0 } }

    /// Puts another worker in the place of one that is gone, unless somebody has done so.
    ///
    /// - Throws: `failure` when there may be no more; `WorkerFailure` when it cannot be started.
    func replace(_ gone: WorkerSeat.Occupant, ofBlock block: Int, after failure: WorkerFailure) throws(WorkerFailure) {
        let seat = seats[blocks[block].seat]
        try restarts.withLock { restarts in
            Result { () throws(WorkerFailure) in
                guard seat.occupant?.generation == gone.generation else { return }
                guard restarts.left > 0, !failure.leavesWorker else { throw failure }
                restarts.left -= 1
                restarts.count += 1
                // A program that this thread starts is like it.
                let patience = rein_set_patience(0)
                defer { _ = rein_set_patience(patience) }
                guard let worker = try idle.take(1).first else { return }
                try seat.sit(worker, on: try seat.prepare(worker))
            }
        }.get()
    }
}
