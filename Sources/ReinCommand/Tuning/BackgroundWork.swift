import Synchronization

/// Asynchronous work beside the main thread, which looks after it now and then.
struct BackgroundWork<Value: Sendable> {
    private final class Box: Sendable {
        let result = Mutex<Result<Value, any Error>?>(nil)
    }

    private let box = Box()
    private let task: Task<Void, Never>

    /// Starts the work.
    init(_ body: @escaping @Sendable () async throws -> Value) {
        let box = box
        task = Task {
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            box.result.withLock { $0 = result }
        }
    }

    /// What it came to; nil as long as it is not done.
    var result: Result<Value, any Error>? { box.result.withLock { $0 } }

    /// Asks it to end.
    func cancel() { task.cancel() }

    /// Waits for its end, of which it hears a moment later. No other thread is kept.
    func wait() -> Result<Value, any Error> {
        while true {
            if let result { return result }
            Pause.milliseconds(100)
        }
    }
}
