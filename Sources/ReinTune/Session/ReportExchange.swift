import ReinCheckpoints
import Synchronization

/// Where a function and its driver meet: one of them works while the other waits.
final class ReportExchange: Sendable {
    fileprivate struct State {
        /// The driver, waiting for a report.
        var driver: CheckedContinuation<Report?, any Error>?
        /// A task of the function, waiting to go on.
        var function: Waiting?
        /// What was reported while the driver was not waiting yet.
        var arrived: Report?
        /// How the function ended, until the driver knows.
        var end: Result<Report?, any Error>?
        /// The number of calls of `report`, which are named by it.
        var callCount = 0
        /// The calls whose tasks were cancelled before they waited.
        var withdrawn: Set<Int> = []
        var isCancelled = false
        var isOver = false

        struct Waiting {
            var call: Int
            var continuation: CheckedContinuation<Void, any Error>
        }
    }

    private let state = Mutex(State())

    /// Whether the function has ended.
    var isOver: Bool { state.withLock(\.isOver) }

    /// Lets the function go on, if its last report was given out, and waits for its next one.
    ///
    /// - Returns: nil when it has ended.
    /// - Throws: what the function threw.
    func next() async throws -> Report? {
        try await withCheckedThrowingContinuation { driver in
            let (function, answer) = state.withLock { $0.next(driver) }
            if let answer { driver.resume(with: answer) }
            function?.continuation.resume()
        }
    }

    /// Hands a report over and waits until the driver wants more.
    ///
    /// - Throws: `CancellationError` when it wants no more, when the function has ended, or when the task is cancelled;
    ///   `StateError` when another task of the function reports, too.
    func report(_ report: Report) async throws {
        let call = state.withLock { state in
            state.callCount += 1
            return state.callCount
        }
        defer { state.withLock { _ = $0.withdrawn.remove(call) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (driver, refusal) = state.withLock { state in
                    state.take(report, State.Waiting(call: call, continuation: continuation))
                }
                if let refusal { return continuation.resume(throwing: refusal) }
                driver?.resume(returning: report)
            }
        } onCancel: {
            withdraw(call)
        }
    }

    /// Says that the function has ended.
    func end(_ result: Result<Report?, any Error>) {
        let (driver, function) = state.withLock { state in
            state.isOver = true
            let (driver, function) = (state.driver, state.function)
            (state.driver, state.function) = (nil, nil)
            if driver == nil { state.end = result }
            return (driver, function)
        }
        driver?.resume(with: result)
        // A task that the function left behind.
        function?.continuation.resume(throwing: CancellationError())
    }

    /// Sends the function home from its report, now or from the next one.
    func cancel() {
        let function = state.withLock { state in
            state.isCancelled = true
            let function = state.function
            state.function = nil
            return function
        }
        function?.continuation.resume(throwing: CancellationError())
    }

    /// Ends the wait of one call of `report`, whose task was cancelled; others may go on to report.
    private func withdraw(_ call: Int) {
        let function: State.Waiting? = state.withLock { state in
            guard let function = state.function, function.call == call else {
                state.withdrawn.insert(call)
                return nil
            }
            (state.function, state.arrived) = (nil, nil)
            return function
        }
        function?.continuation.resume(throwing: CancellationError())
    }
}

extension ReportExchange.State {
    /// Takes the wish for a report from the driver, which waits unless there is one.
    ///
    /// - Returns: the task of the function that may go on, and what there is for the driver.
    fileprivate mutating func next(
        _ driver: CheckedContinuation<Report?, any Error>
    ) -> (function: Waiting?, answer: Result<Report?, any Error>?) {
        if let report = arrived {
            // Whoever reported it has to wait still.
            arrived = nil
            return (nil, .success(report))
        }
        if isOver {
            let answer = end ?? .success(nil)
            end = nil
            return (nil, answer)
        }
        self.driver = driver
        let waiting = function
        function = nil
        return (waiting, nil)
    }

    /// Takes a report from a task of the function, which then waits.
    ///
    /// - Returns: the driver, if it waits for the report, and why the function is not to wait.
    fileprivate mutating func take(
        _ report: Report, _ waiting: Waiting
    ) -> (driver: CheckedContinuation<Report?, any Error>?, refusal: (any Error)?) {
        if isCancelled || isOver || withdrawn.contains(waiting.call) { return (nil, CancellationError()) }
        guard function == nil else {
            return (nil, StateError(.inUse, "another task of the function reports at the same time", path: "report"))
        }
        function = waiting
        if driver == nil { arrived = report }
        defer { driver = nil }
        return (driver, nil)
    }
}
