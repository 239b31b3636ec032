import ReinCheckpoints
import Synchronization

/// The workers of one environment that are started and have nothing to do: to start one takes seconds, most of which
/// Python needs to import packages. They end when the last vector and the specification are gone.
final class IdleWorkers: Sendable {
    private struct State {
        var workers: [PythonWorker] = []
        var started = 0
    }

    /// What is started.
    let program: WorkerProgram
    /// What their environment is like.
    let description: WorkerDescription
    private let output: WorkerOutput
    private let state: Mutex<State>

    /// Starts a first worker, and asks it what its environment is like.
    ///
    /// - Throws: `WorkerFailure` when there is none such.
    init(_ program: WorkerProgram, output: WorkerOutput = .shared) throws(WorkerFailure) {
        self.program = program
        self.output = output
        let worker: PythonWorker
        do throws(StateError) {
            worker = try PythonWorker(program, number: 1, output: output)
        } catch { throw WorkerFailure(cause: .system(error)) }
        description = try worker.description()
        for note in description.notes { output.tell(note, of: program.hello.name) }
        state = Mutex(State(workers: [worker], started: 1))
    }

    /// Gives workers, and starts those that are missing at the same time.
    ///
    /// - Throws: `WorkerFailure` when one cannot be started, or has another environment.
    func take(_ count: Int) throws(WorkerFailure) -> [PythonWorker] {
        let (idle, numbers) = state.withLock { state in
            let usable = state.workers.filter { $0.failure == nil }
            let missing = max(0, count - usable.count)
            state.workers = Array(usable.dropFirst(count))
            state.started += missing
            return (Array(usable.prefix(count)), state.started - missing + 1..<state.started + 1)
        }
        var started: [PythonWorker] = []
        do throws(StateError) {
            for number in numbers { started.append(try PythonWorker(program, number: number, output: output)) }
        } catch {
            idle.forEach(giveBack)
            throw WorkerFailure(cause: .system(error))
        }
        do throws(WorkerFailure) {
            for worker in started {
                let other = try worker.description()
                guard other.hasSameSpaces(as: description) else {
                    throw worker.end(breaking: "its environment has other spaces than that of the first worker")
                }
            }
        } catch {
            idle.forEach(giveBack)
            throw error
        }
        return idle + started
    }

    /// Takes back a worker that is of use and has nothing to do.
    func giveBack(_ worker: PythonWorker) { state.withLock { $0.workers.append(worker) } }
}

extension PythonWorker {
    /// Waits for what its environment is like, which it says first.
    ///
    /// - Throws: `WorkerFailure` when there is no such environment, and when the answer cannot be true.
    func description() throws(WorkerFailure) -> WorkerDescription {
        let answer = try receive("spaces")
        do throws(StateError) {
            return try WorkerDescription(answer)
        } catch { throw end(breaking: "\(error)") }
    }

    /// Waits until it has forgotten its lanes.
    ///
    /// - Returns: whether it is of use.
    func forgetLanes() -> Bool {
        guard failure == nil, requests.isIdle else { return false }
        do throws(WorkerFailure) {
            try send(["end": true])
            _ = try receive("ended", within: program.limits.step)
            return true
        } catch { return false }
    }
}
