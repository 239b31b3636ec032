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

/// What a process does that was started to train trials: as it is told, until whoever tells it is gone.
final class WorkerServer: Sendable {
    private struct Requests {
        var arrived: [Result<WorkerRequest, StateError>] = []
        var waiting: CheckedContinuation<Result<WorkerRequest, StateError>, Never>?
    }

    private let socket: OpenStream
    private let definitions: [TrainableDefinition]
    private let requests = Mutex(Requests())
    private let parent = getppid()

    /// Prepares to be told what to do.
    init(_ socket: OpenStream, _ definitions: [TrainableDefinition]) {
        self.socket = socket
        self.definitions = definitions
    }

    /// Does what it is told, away from the main thread.
    @concurrent func run(printingBy output: OutputFiles) async -> Never {
        guard WaitingThread.start({ self.read() }) == 0 else { Self.end() }
        answer(.greeting(version: WorkerAnswer.version))
        let trainer = TrialTrainer()
        while true {
            do {
                answer(.done(try await perform(next().get(), trainer, output)))
            } catch {
                answer(.failure(error))
            }
        }
    }

    private func perform(
        _ request: WorkerRequest, _ trainer: TrialTrainer, _ output: OutputFiles
    ) async throws -> TrainableResult? {
        switch request {
        case .prepare(let preparation):
            try output.direct(to: preparation.start.output)
            // Before anything looks for GPUs.
            if let devices = preparation.start.visibleDevices { VisibleDevices.set(devices) }
            let definition = try definitions.named(preparation.trainable)
            try requireParameters(preparation.parameterNames, definition)
            try await trainer.prepare(definition, preparation.start)
        case .restore(let directory): return try await trainer.restore(from: directory)
        case .step: return try await trainer.step()
        case .save(let directory, let synchronizing):
            try await trainer.save(to: directory, synchronizing: synchronizing)
        case .release(let keeping): try await trainer.release(keeping: keeping)
        }
        return nil
    }

    private func requireParameters(_ names: [String], _ definition: TrainableDefinition) throws(StateError) {
        let known = Set(definition.parameters.names)
        guard let name = names.first(where: { !known.contains($0) }) else { return }
        throw StateError(
            .missingKey,
            "the parameter \"\(name.shortened)\" does not come to another process: give it to the definition that "
                + "TrialWorker.runIfStarted gets, by withParameter", path: definition.name)
    }

    private func answer(_ answer: WorkerAnswer) {
        do throws(StateError) { socket.send(try answer.line()[...]) } catch {
            // A result that no line can hold. An error always can be.
            if let line = try? WorkerAnswer.failure(error).line() { socket.send(line[...]) } else { Self.end() }
        }
    }

    private func next() async -> Result<WorkerRequest, StateError> {
        await withCheckedContinuation { continuation in
            let request = requests.withLock { requests -> Result<WorkerRequest, StateError>? in
                guard requests.arrived.isEmpty else { return requests.arrived.removeFirst() }
                requests.waiting = continuation
                return nil
            }
            if let request { continuation.resume(returning: request) }
        }
    }

    private func take(_ request: Result<WorkerRequest, StateError>) {
        let waiting = requests.withLock { requests in
            if requests.waiting == nil { requests.arrived.append(request) }
            defer { requests.waiting = nil }
            return requests.waiting
        }
        waiting?.resume(returning: request)
    }

    /// Reads requests, on a thread of its own: it has to be seen at once, whatever the trainable does, that whoever gives
    /// them is gone. A signal from the system would not do (`PR_SET_PDEATHSIG`): it comes when the thread ends that has
    /// started this process.
    private func read() {
        var reader = LineReader(reading: socket.descriptor, name: "request", limit: WorkerLine.limit)
        while true {
            // There is never a second one before the first was answered, so that none waits in the reader.
            // Others may have the other end of the stream, so that it does not end.
            while !socket.isReadable(within: .seconds(1)) {
                if getppid() != parent { Self.end() }
            }
            let line = Result { () throws(StateError) in try reader.next() }
            guard case .success(let bytes?) = line, reader.isWhole else { Self.end() }
            take(Result { () throws(StateError) in try WorkerRequest(bytes) })
        }
    }

    /// Ends this process and all that it has started.
    private static func end() -> Never {
        ProcessFamily.ofThisProcess?.end(first: getpid())
        kill(0, SIGKILL)
        _exit(1)
    }
}
