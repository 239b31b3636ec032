import ReinCheckpoints
import Synchronization

/// Trains trials on a thread of this process.
final class InProcessWorker: Worker {
    private let definition: TrainableDefinition
    private let body: Mutex<Body>
    private let call = WorkerCall()

    /// Starts a thread.
    ///
    /// - Throws: `StateError` when there are no more threads.
    init(_ definition: TrainableDefinition) throws(StateError) {
        self.definition = definition
        body = Mutex(try Body(definition))
    }

    func prepare(_ start: TrialStart) async throws {
        // What was killed may work still: it keeps its thread.
        let body = try body.withLock { body throws(StateError) in
            if call.reopen() { body = try Body(definition) }
            return body
        }
        try await call.run { try await body.prepare(start) }
    }

    func restore(from directory: String) async throws -> TrainableResult? {
        let body = body.withLock { $0 }
        return try await call.run { try await body.restore(from: directory) }
    }

    func step() async throws -> TrainableResult {
        let body = body.withLock { $0 }
        return try await call.run { try await body.step() }
    }

    func save(to directory: String, synchronizing: Bool) async throws {
        let body = body.withLock { $0 }
        try await call.run { try await body.save(to: directory, synchronizing: synchronizing) }
    }

    func release(keeping: Bool) async throws {
        // With the thread that was left to itself, the trial on it has ended.
        guard !call.isKilled else { return }
        let body = body.withLock { $0 }
        try await call.run { try await body.release(keeping: keeping) }
    }

    func kill() { call.kill() }

    /// What lives on the thread.
    private actor Body {
        private let definition: TrainableDefinition
        private let executor: ThreadExecutor
        private let trainer = TrialTrainer()

        init(_ definition: TrainableDefinition) throws(StateError) {
            self.definition = definition
            executor = try ThreadExecutor()
        }

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        func prepare(_ start: TrialStart) async throws { try await trainer.prepare(definition, start) }

        func restore(from directory: String) async throws -> TrainableResult? {
            try await trainer.restore(from: directory)
        }

        func step() async throws -> TrainableResult { try await trainer.step() }

        func save(to directory: String, synchronizing: Bool) async throws {
            try await trainer.save(to: directory, synchronizing: synchronizing)
        }

        func release(keeping: Bool) async throws { try await trainer.release(keeping: keeping) }
    }
}

/// Waits for one piece of work at a time, and no longer when it is told so.
final class WorkerCall: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        var end: (@Sendable (any Error) -> Void)?
        var isKilled = false
    }

    private let state = Mutex(State())

    /// Does something, and waits for its end.
    ///
    /// - Throws: what `work` throws, and `StateError` with `.unavailable` after `kill()`, whether the work has come to its
    ///   end or not.
    func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let answer = Once(continuation)
            let isKilled = state.withLock { state in
                guard !state.isKilled else { return true }
                state.end = { answer.resume(with: .failure($0)) }
                state.task = Task {
                    let result: Result<Value, any Error>
                    do { result = .success(try await work()) } catch { result = .failure(error) }
                    answer.resume(with: result)
                }
                return false
            }
            if isKilled { answer.resume(with: .failure(Self.killed)) }
        }
    }

    /// Ends the waiting, now and from now on.
    func kill() {
        let (task, end) = state.withLock { state in
            defer { (state.task, state.end) = (nil, nil) }
            state.isKilled = true
            return (state.task, state.end)
        }
        task?.cancel()
        end?(Self.killed)
    }

    /// Whether it was killed, and work was not allowed again.
    var isKilled: Bool { state.withLock(\.isKilled) }

    /// Allows work again.
    ///
    /// - Returns: whether it was killed meanwhile.
    func reopen() -> Bool {
        state.withLock { state in
            defer { state.isKilled = false }
            return state.isKilled
        }
    }

    private static let killed = StateError(.unavailable, "was given up")
}

/// A continuation that the first answer resumes; later ones go nowhere.
private final class Once<Value: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Value, any Error>?>

    init(_ continuation: CheckedContinuation<Value, any Error>) { self.continuation = Mutex(continuation) }

    func resume(with result: Result<Value, any Error>) {
        let continuation = continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
        continuation?.resume(with: result)
    }
}
