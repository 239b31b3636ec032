import ReinCheckpoints
import ReinProcesses

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The requests of one byte each that are under way to a worker, and who waits for their replies.
///
/// Several threads may wait for blocks of one worker. One of them reads, and tells the others. No call allocates.
///
/// `@unchecked Sendable`: the lock guards everything else.
final class WorkerRequests: @unchecked Sendable {
    /// What has become of the request for a block.
    private enum Outcome: UInt8 {
        /// There is none, or somebody has been told of it.
        case none
        /// It is under way.
        case pending
        /// It was answered.
        case done
    }

    /// The number of blocks that a worker may have.
    static let blockLimit = 64
    /// The reply that stands for an error.
    private static let raised: UInt8 = 255

    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let outcomes = UnsafeMutablePointer<Outcome>.allocate(capacity: blockLimit)
    /// The bytes that were sent and not answered yet: a ring.
    private let queue = UnsafeMutablePointer<UInt8>.allocate(capacity: blockLimit)
    private var failures = [WorkerFailure?](repeating: nil, count: blockLimit)
    private var first = 0
    private var count = 0
    private var isRead = false
    private let sending: OpenStream
    private let receiving: OpenStream

    /// Sends and receives by pipes.
    init(sending: OpenStream, receiving: OpenStream) {
        self.sending = sending
        self.receiving = receiving
        receiving.stopWaiting()
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
        outcomes.initialize(repeating: .none, count: Self.blockLimit)
        queue.initialize(repeating: 0, count: Self.blockLimit)
    }

    deinit {
        pthread_mutex_destroy(lock)
        pthread_cond_destroy(changed)
        lock.deallocate()
        changed.deallocate()
        outcomes.deallocate()
        queue.deallocate()
    }

    /// What can be read from when a reply has come; several threads may wait for that, none of them reads.
    var replyDescriptor: Int32 { receiving.descriptor }

    /// Whether nothing is under way, and nobody is to be told of an outcome.
    var isIdle: Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return count == 0 && (0..<Self.blockLimit).allSatisfy { outcomes[$0] == .none }
    }

    /// Whether a request for a block is under way, or its outcome is not known to anybody yet.
    func isPending(_ block: Int) -> Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return outcomes[block] != .none
    }

    /// Sends a request; there must be none for this block.
    ///
    /// - Parameter request: the number of a block, for a step; and 64 more for a reset.
    /// - Returns: whether it could be sent.
    func send(_ request: UInt8) -> Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        let block = Int(request) % Self.blockLimit
        precondition(outcomes[block] == .none, "a request for block \(block) is under way already")
        var byte = request
        // This process has the reading end too, so that no signal tells of a worker that is gone.
        guard uninterrupted({ write(sending.descriptor, &byte, 1) }) == 1 else { return false }
        queue[(first + count) % Self.blockLimit] = request
        count += 1
        outcomes[block] = .pending
        return true
    }

    /// Waits until the request for a block was answered. It keeps the thread.
    ///
    /// - Parameters:
    ///   - block: the number of the block.
    ///   - wait: how to wait.
    ///   - receiveError: waits for what is said of an error. It is called by one thread at a time, in the order of the
    ///     requests.
    /// - Returns: what went wrong; nil when nothing did.
    func finish(
        _ block: Int, _ wait: WorkerWait, receiveError: () -> WorkerFailure
    ) throws(WorkerChannel.Fault) -> WorkerFailure? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while outcomes[block] == .pending {
            if isRead {
                pthread_cond_wait(changed, lock)
                continue
            }
            isRead = true
            pthread_mutex_unlock(lock)
            let result = Result { () throws(WorkerChannel.Fault) in try next(wait) }
            let failure = (try? result.get()) == Self.raised ? receiveError() : nil
            pthread_mutex_lock(lock)
            isRead = false
            defer { pthread_cond_broadcast(changed) }
            try take(try result.get(), failure)
        }
        outcomes[block] = .none
        guard failures[block] != nil else { return nil }
        return failures[block].take()
    }

    private func take(_ reply: UInt8, _ failure: WorkerFailure?) throws(WorkerChannel.Fault) {
        guard count > 0 else { throw .malformed("a reply that nobody asked for") }
        let request = queue[first]
        guard reply == request || reply == Self.raised else {
            throw .malformed("the reply \(reply) to the request \(request)")
        }
        first = (first + 1) % Self.blockLimit
        count -= 1
        let block = Int(request) % Self.blockLimit
        outcomes[block] = .done
        if failure != nil { failures[block] = failure }
    }

    private func next(_ wait: WorkerWait) throws(WorkerChannel.Fault) -> UInt8 {
        var byte: UInt8 = 0
        while true {
            // It has often come already.
            let length = uninterrupted { read(receiving.descriptor, &byte, 1) }
            if length == 1 { return byte }
            guard length < 0, errno == EAGAIN else { throw .closed }
            try wait.until(receiving.descriptor, POLLIN)
        }
    }
}
