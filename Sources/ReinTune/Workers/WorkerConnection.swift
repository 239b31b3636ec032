import ReinCheckpoints
import ReinProcesses
import Synchronization

/// A process that trains trials, seen from the one that has started it. It ends with this object.
///
/// Two threads wait for it: one for its answers, one for its end. So nobody waits for a process that is gone, even if
/// others have its end of the stream.
final class WorkerConnection: Sendable {
    private struct State {
        /// Nil when nobody reads any more.
        var socket: OpenStream?
        var waiting: CheckedContinuation<WorkerAnswer, any Error>?
        /// Why the process is of no use any more, if that is not said by how it ended.
        var failure: StateError?
        var hasGreeted = false
        var isSilent = false
        var isKilled = false
        var isOver = false
    }

    private let process: SpawnedProcess
    private let startLimit: Duration
    private let state: Mutex<State>

    /// How long a process may take to end that was killed.
    private static let endLimit = Duration.seconds(10)

    /// Starts a process.
    ///
    /// - Throws: `StateError` when that fails.
    init(_ program: WorkerProgram) throws(StateError) {
        let (here, there) = try OpenStream.pair()
        // The other end is open until the process has it.
        process = try withExtendedLifetime(there) { () throws(StateError) in
            try SpawnedProcess(
                program.executable, program.arguments + [TrialWorker.argument],
                name: RunningProgram.name(of: program.executable),
                passing: [(there.descriptor, TrialWorker.descriptor)], family: ProcessFamily())
        }
        startLimit = program.startLimit
        state = Mutex(State(socket: here))
        try wait(for: here)
    }

    deinit { process.kill() }

    /// Whether trials can be trained in it, as far as is known.
    var isUsable: Bool { state.withLock { !$0.isOver && !$0.isKilled } }
    /// Whether it has ended by itself.
    var hasFailed: Bool { state.withLock { $0.isOver && !$0.isKilled } }

    /// Asks for one thing, and waits for the answer without keeping a thread.
    ///
    /// - Throws: `StateError` when there is none, which says how the process ended.
    func ask(_ request: [UInt8]) async throws -> WorkerAnswer {
        try await withCheckedThrowingContinuation { continuation in
            let (socket, refusal) = state.withLock { state -> (OpenStream?, StateError?) in
                if state.isOver { return (nil, reason(state)) }
                guard state.waiting == nil else { return (nil, StateError(.inUse, "is at work for somebody else")) }
                state.waiting = continuation
                return (state.socket, nil)
            }
            if let refusal { return continuation.resume(throwing: refusal) }
            if let socket { send(request, to: socket) }
        }
    }

    /// Ends the process and all that it has started. Whoever waits is told so when it has ended.
    func kill() {
        let isOver = state.withLock { state in
            state.isKilled = true
            return state.isOver
        }
        if !isOver { endProcess() }
    }

    private func endProcess() {
        process.kill()
        // One that hangs in the system keeps nobody waiting.
        Task.detached { [weak self] in
            try? await Task.sleep(for: Self.endLimit)
            self?.finish(hangingFor: Self.endLimit)
        }
    }

    private func send(_ request: [UInt8], to socket: OpenStream) {
        let done = socket.sendAtOnce(request)
        guard done < request.count else { return }
        // It does not read: perhaps it never will.
        let code = WaitingThread.start { socket.send(request[done...]) }
        if code != 0 { fail(.system("start a thread", "", number: code)) }
    }

    /// Starts the threads that wait for its answers and for its end.
    private func wait(for socket: OpenStream) throws(StateError) {
        // They keep what they need of this object, not the object itself.
        let process = process
        var code = WaitingThread.start { [weak self] in
            process.waitForEnd()
            socket.end()
            self?.finish()
        }
        if code == 0 {
            code = WaitingThread.start { [weak self, startLimit] in
                socket.readAnswers(beginningWithin: startLimit) { self?.take($0) }
                // One that ends closes the stream a moment before.
                if !process.hasEnded(within: .seconds(1)) {
                    self?.fail(StateError(.unavailable, "has closed the stream that it answers by"))
                }
                process.kill()
                self?.fallSilent()
            }
        } else {
            process.releaseLater()
        }
        guard code == 0 else {
            process.kill()
            throw .system("start a thread", "", number: code)
        }
    }

    private func take(_ answer: Result<WorkerAnswer, StateError>) {
        switch answer {
        case .failure(let error): fail(error)
        case .success(.greeting(let version)):
            guard version == WorkerAnswer.version else {
                return fail(
                    StateError(
                        .unsupportedVersion,
                        "is of another version of Rein: it answers by version \(version), not \(WorkerAnswer.version)"))
            }
            state.withLock { $0.hasGreeted = true }
        case .success(let answer):
            let isAwaited = state.withLock { state in
                // One that has not greeted is not the program that it should be.
                guard state.hasGreeted, let waiting = state.waiting else { return false }
                waiting.resume(returning: answer)
                state.waiting = nil
                return true
            }
            if !isAwaited { fail(StateError(.malformed, "has answered without being asked")) }
        }
    }

    /// Ends the process for a reason.
    private func fail(_ error: StateError) {
        state.withLock { $0.failure = $0.failure ?? error }
        endProcess()
    }

    private func fallSilent() {
        state.withLock { $0.isSilent = true }
        finish()
    }

    /// Tells who waits that the process has ended, if it has and all its answers were read.
    ///
    /// - Parameter limit: how long it was waited for in vain.
    private func finish(hangingFor limit: Duration? = nil) {
        state.withLock { state in
            let hasEnded = state.isSilent && process.end != nil
            guard hasEnded || limit != nil else { return }
            if !hasEnded, let limit, state.failure == nil {
                state.failure = StateError(.timedOut, "was killed, and has not ended within \(limit)")
            }
            state.isOver = true
            state.waiting?.resume(throwing: reason(state))
            (state.waiting, state.socket) = (nil, nil)
        }
    }

    private func reason(_ state: State) -> StateError {
        if let failure = state.failure { return failure }
        let advice = state.hasGreeted || state.isKilled ? "" : ": \(TrialWorker.advice)"
        return StateError(.unavailable, "\(process.end ?? .unknown)\(advice)")
    }
}
