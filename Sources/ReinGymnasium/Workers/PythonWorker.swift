import ReinCheckpoints
import ReinProcesses
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A process of the user's Python with environments in it. It ends with this object.
///
/// Messages are for one thread at a time. Requests of one byte may come from several, see ``WorkerRequests``.
final class PythonWorker: Sendable {
    /// What was started, and what for.
    let program: WorkerProgram
    /// Its number among its like, from 1.
    let number: Int
    /// The requests of one byte.
    let requests: WorkerRequests

    private let process: SpawnedProcess
    private let channel: WorkerChannel
    private let memory: WorkerMemory
    private let output: WorkerOutput.Source
    /// Open as long as this process lives: the system ends the worker with it.
    private let life: OpenStream
    /// The reading end of the requests, so that writing to a worker that is gone is no signal.
    private let requestReader: OpenStream
    private let state = Mutex(State())

    private struct State {
        /// Why it is gone.
        var failure: WorkerFailure?
        /// Where it says which lane it steps.
        var header: WorkerHeader?
    }

    /// Starts a process, and tells it what to make; ``description()`` waits for it.
    ///
    /// - Throws: `StateError` when it cannot be started.
    init(_ program: WorkerProgram, number: Int, output: WorkerOutput) throws(StateError) {
        self.program = program
        self.number = number
        let (here, there) = try OpenStream.pair()
        let requestPipe = try OpenStream.pipe()
        let replyPipe = try OpenStream.pipe()
        let lifePipe = try OpenStream.pipe()
        let printed = try OpenStream.pipe()
        memory = try WorkerMemory()
        let descriptors = [
            printed.writing.descriptor, printed.writing.descriptor, there.descriptor,
            requestPipe.reading.descriptor, replyPipe.writing.descriptor, memory.descriptor,
            lifePipe.reading.descriptor,
        ]
        // The other ends are open until the process has them.
        process = try withExtendedLifetime((printed, there, requestPipe, replyPipe, lifePipe)) {
            () throws(StateError) in
            try SpawnedProcess(
                program.interpreter, program.arguments,
                passing: zip(descriptors, 1...).map { (here: $0, there: Int32($1)) }, family: ProcessFamily(),
                // Sets of text are in the same order in all workers.
                adding: [("PYTHONHASHSEED", "0")])
        }
        channel = WorkerChannel(stream: here)
        requests = WorkerRequests(sending: requestPipe.writing, receiving: replyPipe.reading)
        requestReader = requestPipe.reading
        life = lifePipe.writing
        self.output = output.add(printed.reading, of: program.hello.name, worker: number)
        greet()
    }

    deinit {
        let (process, channel, output, life) = (process, channel, output, life)
        channel.stream.end()
        if process.end != nil { return output.finish() }
        // It may end by itself, for a while.
        let code = WaitingThread.start {
            withExtendedLifetime(life) { _ = process.hasEnded(within: WorkerLimits.end) }
            process.kill()
            _ = process.hasEnded(within: WorkerLimits.end)
            if !process.release() { process.releaseLater() }
            output.finish()
        }
        if code != 0 {
            process.kill()
            process.releaseLater()
        }
    }

    /// Why it is gone; nil as long as it is of use.
    var failure: WorkerFailure? { state.withLock { $0.failure } }

    /// The number of its process.
    var processID: Int32 { process.id }

    private func greet() {
        // What is wrong with it is said when its answer is waited for.
        for message in [["modules": .map(program.modules)], program.hello.message] as [StateTree] {
            try? channel.send(message, bytes: UnsafeRawBufferPointer(start: nil, count: 0), wait(program.limits.start))
        }
    }

    // MARK: Messages

    /// Sends a message, and bytes behind it.
    ///
    /// - Throws: `WorkerFailure` when the worker is gone.
    func send(
        _ message: StateTree, bytes: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) throws(WorkerFailure) {
        if let failure { throw failure }
        do throws(WorkerChannel.Fault) {
            try channel.send(message, bytes: bytes, wait(program.limits.start))
        } catch { throw end(for: error, program.limits.start) }
    }

    /// Waits for the answer to a message.
    ///
    /// - Parameters:
    ///   - key: the only key of the answer.
    ///   - limit: how long it may take; that of the start unless given.
    /// - Returns: the value of the key.
    /// - Throws: `WorkerFailure` for an error of Python's, and when the worker is gone.
    func receive(_ key: String, within limit: Duration? = nil) throws(WorkerFailure) -> StateReader {
        if let failure { throw failure }
        let limit = limit ?? program.limits.start
        let answer: StateReader
        do throws(WorkerChannel.Fault) {
            answer = StateReader(try channel.receive(wait(limit)))
        } catch { throw end(for: error, limit) }
        if let error = answer.optionalChild("error") { throw raised(error) }
        guard let value = answer.optionalChild(key) else {
            throw end(for: .malformed("expected \"\(key)\", found \(answer.tree.description.shortened)"), limit)
        }
        return value
    }

    /// Waits for what is said of an error in a step or a reset.
    private func receiveError() -> WorkerFailure {
        do throws(WorkerFailure) {
            _ = try receive("error", within: program.limits.step)
            return end(breaking: "an error that is none")
        } catch { return error }
    }

    private func raised(_ reader: StateReader) -> WorkerFailure {
        do throws(StateError) {
            let error = try RaisedError(reader)
            return WorkerFailure(
                cause: .raised(error), lane: error.lane, seed: error.seed, step: error.step, output: output.tail)
        } catch { return end(for: .malformed("an error that is none: \(error)"), .zero) }
    }

    // MARK: Steps

    /// Shares memory for lanes, and has the worker make their environments; `receive("ready")` waits for it.
    ///
    /// - Parameters:
    ///   - lanes: the lanes, counted over all workers.
    ///   - blocks: the ranges of them that are stepped together, counted in the worker.
    ///   - layout: where the arrays lie.
    /// - Returns: the memory, all zeros but for the header.
    /// - Throws: `WorkerFailure` when there is no memory, or the worker is gone.
    func begin(
        lanes: Range<Int>, blocks: [Range<Int>], layout: RowLayout
    ) throws(WorkerFailure) -> UnsafeMutableRawPointer {
        let start: UnsafeMutableRawPointer
        do throws(StateError) {
            state.withLock { $0.header = nil }
            start = try memory.map(layout.size)
        } catch { throw WorkerFailure(cause: .system(error)) }
        let header = WorkerHeader((start + layout.header).assumingMemoryBound(to: Int64.self), lanes: lanes)
        state.withLock { $0.header = header }
        let ranges = blocks.map { StateTree.list([.int(Int64($0.lowerBound)), .int(Int64($0.upperBound))]) }
        try send([
            "begin": [
                "lanes": .int(Int64(lanes.count)), "firstLane": .int(Int64(lanes.lowerBound)),
                "blocks": .list(ranges), "size": .int(Int64(layout.size)), "offsets": .map(layout.offsets),
            ]
        ])
        return start
    }

    /// Sends a request of one byte.
    ///
    /// - Throws: `WorkerFailure` when the worker is gone.
    func request(_ byte: UInt8) throws(WorkerFailure) {
        if let failure { throw failure }
        if !requests.send(byte) { throw end(for: .closed, .zero) }
    }

    /// Waits for the outcome of the request for a block.
    ///
    /// - Throws: `WorkerFailure` for an error of Python's, and when the worker is gone.
    func finish(_ block: Int) throws(WorkerFailure) {
        if let failure { throw failure }
        let failure: WorkerFailure?
        do throws(WorkerChannel.Fault) {
            failure = try requests.finish(block, wait(program.limits.step)) { receiveError() }
        } catch { throw end(for: error, program.limits.step) }
        if let failure { throw failure }
    }

    // MARK: The end

    /// Ends the process, for it has broken the protocol.
    ///
    /// - Returns: the failure, or the first one if there was one already.
    func end(breaking words: String) -> WorkerFailure { end(for: .malformed(words), .zero) }

    private func end(for fault: WorkerChannel.Fault, _ limit: Duration) -> WorkerFailure {
        // One that ends closes its streams a moment before.
        if case .closed = fault { _ = process.hasEnded(within: .seconds(1)) }
        let hadEnded = process.hasEnded()
        process.kill()
        _ = process.hasEnded(within: WorkerLimits.end)
        if !process.release() { process.releaseLater() }
        let cause: WorkerFailure.Cause =
            switch fault {
            case .closed where hadEnded: .ended(process.end ?? .unknown)
            case .closed: .broken("it has closed a stream")
            case .late: .silent(limit)
            case .malformed(let words): .broken(words)
            }
        output.finish()
        return state.withLock { state in
            if let failure = state.failure { return failure }
            var failure = WorkerFailure(cause: cause, output: output.tail)
            if let place = state.header?.place { (failure.lane, failure.step) = place }
            state.failure = failure
            return failure
        }
    }

    private func wait(_ limit: Duration) -> WorkerWait {
        WorkerWait(limit: limit, process: process, header: state.withLock { $0.header })
    }
}
