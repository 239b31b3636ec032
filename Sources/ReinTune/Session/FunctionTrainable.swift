import ReinCheckpoints

/// A function as a trainable: a step lasts from one report to the next.
final class FunctionTrainable: Trainable {
    /// How long a function may take to end when no more is wanted of it.
    var patience = Duration.seconds(5)

    private let name: String
    private let function: TrainableFunction
    private let configuration: StateMap
    private let context: TrainableContext
    private var exchange = ReportExchange()
    private var task: Task<Void, Never>?
    private let temporaryFolder = TemporaryFolder()
    /// The checkpoint that was reported last, or that the function began with.
    private(set) var latest: Report?
    /// Whether the function has ended, so that the last step gave nothing new.
    private(set) var hasEnded = false
    /// Why there is nothing to go on with but a checkpoint.
    private var failure: StateError?

    init(
        name: String, _ function: @escaping TrainableFunction, configuration: StateMap, context: TrainableContext
    ) {
        self.name = name
        self.function = function
        self.configuration = configuration
        self.context = context
    }

    /// Never called: a function comes with a name.
    convenience init(configuration: StateMap, context: TrainableContext) async throws {
        throw StateError(.unsupportedFormat, "a function is made by its definition")
    }

    func step() async throws -> StepResult {
        if let failure { throw failure }
        if hasEnded { return StepResult(done: true) }
        begin()
        let (exchange, task) = (exchange, task)
        let report: Report?
        do {
            report = try await withTaskCancellationHandler {
                try await exchange.next()
            } onCancel: {
                exchange.cancel()
                task?.cancel()
            }
        } catch {
            let end = error is CancellationError ? "was cancelled" : "has failed (\(error))"
            failure = StateError(.unavailable, "the function \(end); it begins again from a checkpoint", path: name)
            throw error
        }
        guard let report else {
            hasEnded = true
            return StepResult(done: true)
        }
        var result = report.result
        result.metrics[MetricName.checkpointName] = StateTree.null
        if report.checkpoint != nil {
            latest = report
            result.shouldCheckpoint = true
        }
        return result
    }

    /// What was reported last.
    func checkpoint() async throws -> Checkpoint {
        guard let checkpoint = latest?.checkpoint else {
            throw StateError(.notFound, "has reported no checkpoint that could be saved", path: name)
        }
        return checkpoint
    }

    /// Lets the function begin anew, from a checkpoint.
    func load(_ checkpoint: Checkpoint) async throws {
        try await end()
        latest = Report(result: StepResult(), checkpoint: checkpoint)
        exchange = ReportExchange()
        hasEnded = false
        failure = nil
    }

    /// Says where the checkpoint lies that was reported last: whoever reported it may do with it what he likes.
    func settle(_ checkpoint: Checkpoint) { latest = Report(result: StepResult(), checkpoint: checkpoint) }

    /// Ends the function at its next report, and waits for that.
    ///
    /// - Throws: `StateError` when it goes on for too long. It is then left to itself.
    func end() async throws {
        guard let task else { return }
        exchange.cancel()
        task.cancel()
        let limit = ContinuousClock.now + patience
        var pause = Duration.zero
        while !exchange.isOver {
            guard ContinuousClock.now < limit else {
                failure = StateError(
                    .unavailable, "the function was cancelled and goes on; it begins again from a checkpoint",
                    path: name)
                throw StateError(
                    .timedOut, "the function did not end within \(patience) of being cancelled", path: name)
            }
            // Not cut short when whoever waits is cancelled, too.
            await Task { [pause] in try? await Task.sleep(for: pause) }.value
            pause = min(pause * 2 + .microseconds(10), .milliseconds(50))
        }
        // The function has returned. Once its task is gone, so is what it had: the checkpoint that it began with holds the
        // folder of a run.
        await task.value
        self.task = nil
    }

    private func begin() {
        guard task == nil else { return }
        let (function, configuration, exchange) = (function, configuration, exchange)
        let session = TrainableSession(context, checkpoint: latest?.checkpoint, exchange, temporaryFolder)
        task = Task {
            do {
                let last = try await function(configuration, session)
                exchange.end(.success(last.map { Report(result: StepResult($0), checkpoint: nil) }))
            } catch {
                exchange.end(.failure(error))
            }
        }
    }

    deinit {
        exchange.cancel()
        task?.cancel()
    }
}
