import ReinCheckpoints
import Synchronization

/// Where a function and its driver meet: one of them works while the other waits.
final class ReportExchange: Sendable {
    fileprivate struct State {
        /// The driver, waiting for a report.
        var driver: CheckedContinuation<Report?, any Error>?
        /// The function, waiting to go on.
        var function: CheckedContinuation<Void, any Error>?
        /// What came while the driver was not waiting yet.
        var arrived: Result<Report?, any Error>?
        var isCancelled = false
        var isOver = false
    }

    private let state = Mutex(State())

    /// Whether the function has ended.
    var isOver: Bool { state.withLock(\.isOver) }

    /// Lets the function go on and waits for its next report.
    ///
    /// - Returns: nil when it has ended.
    /// - Throws: what the function threw.
    func next() async throws -> Report? {
        try await withCheckedThrowingContinuation { driver in
            let (function, arrived) = state.withLock { state in
                let arrived = state.arrived ?? (state.isOver ? .success(nil) : nil)
                state.arrived = nil
                if arrived == nil { state.driver = driver }
                let function = state.function
                state.function = nil
                return (function, arrived)
            }
            if let arrived { driver.resume(with: arrived) }
            function?.resume()
        }
    }

    /// Hands a report over and waits until the driver wants more.
    ///
    /// - Throws: `CancellationError` when it wants no more, `StateError` when another task of the function reports, too.
    func report(_ report: Report) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { function in
                let (driver, refusal) = state.withLock { state in
                    state.take(report, function)
                }
                if let refusal { return function.resume(throwing: refusal) }
                driver?.resume(returning: report)
            }
        } onCancel: {
            cancel()
        }
    }

    /// Says that the function has ended.
    func end(_ result: Result<Report?, any Error>) {
        let driver = state.withLock { state in
            state.isOver = true
            let driver = state.driver
            state.driver = nil
            if driver == nil { state.arrived = result }
            return driver
        }
        driver?.resume(with: result)
    }

    /// Sends the function home from its report, now or from the next one.
    func cancel() {
        let function = state.withLock { state in
            state.isCancelled = true
            let function = state.function
            state.function = nil
            return function
        }
        function?.resume(throwing: CancellationError())
    }
}

extension ReportExchange.State {
    /// Takes a report from a function, which then waits.
    ///
    /// - Returns: the driver, if it waits for the report, and why the function is not to wait.
    fileprivate mutating func take(
        _ report: Report, _ function: CheckedContinuation<Void, any Error>
    ) -> (driver: CheckedContinuation<Report?, any Error>?, refusal: (any Error)?) {
        if isCancelled { return (nil, CancellationError()) }
        guard self.function == nil else {
            return (nil, StateError(.inUse, "another task of the function reports at the same time", path: "report"))
        }
        self.function = function
        if driver == nil { arrived = .success(report) }
        defer { driver = nil }
        return (driver, nil)
    }
}
