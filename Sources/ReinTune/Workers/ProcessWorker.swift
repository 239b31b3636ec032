import ReinCheckpoints
import Synchronization

/// Trains trials in a process of their own, one after the other. Whatever a trial does to its process, the next one gets
/// another.
///
/// A process is started by the first trial, and again after the last one has ended, for whatever reason. It is ended when
/// a task that waits for it is cancelled, and with this object. What trials have started in it ends with it at the latest,
/// also in groups and sessions of their own.
package final class ProcessWorker: Worker {
    private struct State {
        var connection: WorkerConnection?
        /// The name of the trial, for messages.
        var trial = ""
        /// Where a message should send its reader: the file of what the trainable has complained of.
        var errorPath: String?
        /// The GPUs that the process was told to use.
        var visibleDevices: String?
    }

    private let definition: TrainableDefinition
    private let program: WorkerProgram
    private let state = Mutex(State())

    /// Trains by a program.
    ///
    /// - Parameters:
    ///   - definition: what is to be trained. The program has one of the same name, with its own values of parameters.
    ///   - program: the program.
    package init(_ definition: TrainableDefinition, program: WorkerProgram) {
        self.definition = definition
        self.program = program
    }

    deinit { kill() }

    /// Makes the trainable of a trial, in a process that is started if there is none; see `Worker.prepare`.
    ///
    /// - Throws: what the trainable throws, and `StateError` when the process cannot be started or has ended.
    package func prepare(_ start: TrialStart) async throws {
        let names = definition.parameters.merging(start.context.parameters).names
        let request = try WorkerRequest.prepare(
            .init(trainable: definition.name, parameterNames: names, start: start)
        ).line()
        let (connection, isNew) = try connect(for: start)
        do {
            _ = try await ask(request, connection)
        } catch  where !isNew && connection.hasFailed {
            // It may have ended for a reason of earlier trials.
            _ = try await ask(request, connect(for: start).connection)
        }
    }

    /// Lets the trainable go on from a checkpoint; see `Worker.restore`.
    ///
    /// - Throws: as `step()`.
    package func restore(from directory: String) async throws -> TrainableResult? {
        try await ask(WorkerRequest.restore(from: directory).line(), connection())
    }

    /// Trains on to the next result.
    ///
    /// - Throws: what the trainable throws, `StateError` that says how the process ended, `CancellationError`.
    package func step() async throws -> TrainableResult {
        let connection = try connection()
        guard let result = try await ask(WorkerRequest.step.line(), connection) else {
            connection.kill()
            throw named(StateError(.malformed, "has answered without a result"))
        }
        return result
    }

    /// Writes a checkpoint; see `Worker.save`.
    ///
    /// - Throws: as `step()`.
    package func save(to directory: String, synchronizing: Bool) async throws {
        _ = try await ask(WorkerRequest.save(to: directory, synchronizing: synchronizing).line(), connection())
    }

    /// Ends the work on a trial; see `Worker.release`. That of a process that has ended is over.
    ///
    /// - Throws: as `step()`.
    package func release(keeping: Bool) async throws {
        // With a process, the trial in it has ended.
        guard let connection = state.withLock(\.connection), connection.isUsable else { return }
        _ = try await ask(WorkerRequest.release(keeping: keeping).line(), connection)
    }

    /// Ends the process and all that it has started.
    package func kill() { state.withLock(\.connection)?.kill() }

    /// The process for a trial: the one there is, or a new one.
    private func connect(for start: TrialStart) throws(StateError) -> (connection: WorkerConnection, isNew: Bool) {
        try state.withLock { state throws(StateError) in
            state.trial = start.context.trialName
            state.errorPath = start.output?.errors
            if let connection = state.connection, connection.isUsable {
                if state.visibleDevices == start.visibleDevices { return (connection, false) }
                // A process that has used its GPUs once does not look for others.
                connection.kill()
            }
            state.visibleDevices = start.visibleDevices
            let connection = try WorkerConnection(program)
            state.connection = connection
            return (connection, true)
        }
    }

    private func connection() throws(StateError) -> WorkerConnection {
        guard let connection = state.withLock(\.connection) else {
            throw StateError(.unavailable, "no trial was prepared", path: definition.name)
        }
        return connection
    }

    /// Asks a process for one thing.
    ///
    /// - Throws: what the trainable throws, and `StateError` that names the trial when its process has ended or answers
    ///   nonsense.
    private func ask(_ request: [UInt8], _ connection: WorkerConnection) async throws -> TrainableResult? {
        let answer: WorkerAnswer
        do {
            answer = try await withTaskCancellationHandler {
                try await connection.ask(request)
            } onCancel: {
                connection.kill()
            }
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw named(error)
        }
        switch answer {
        case .done(let result): return result
        case .failure(let error): throw error
        case .greeting:
            connection.kill()
            throw named(StateError(.malformed, "has greeted twice"))
        }
    }

    private func named(_ error: any Error) -> any Error {
        guard let error = error as? StateError else { return error }
        let (trial, path) = state.withLock { ($0.trial, $0.errorPath) }
        let hint = path.map { "; what it has complained of is in \($0)" } ?? ""
        return StateError(error.code, "the process of the trial \(error.message)\(hint)", path: trial)
    }
}
