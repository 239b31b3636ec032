import ReinCheckpoints
import Synchronization

/// The place of a worker with its lanes: another worker may take it when one is gone.
final class WorkerSeat: Sendable {
    /// Who is there.
    struct Occupant: @unchecked Sendable {
        let worker: PythonWorker
        /// The memory that is shared with it: the worker's between a request and its reply, and the trainer's otherwise.
        let memory: UnsafeMutableRawPointer
        /// How many were there before.
        let generation: Int
    }

    /// The lanes.
    let share: WorkerShare
    /// Where their arrays lie.
    let layout: RowLayout
    private let state = Mutex<Occupant?>(nil)

    init(_ share: WorkerShare, _ layout: RowLayout) {
        self.share = share
        self.layout = layout
    }

    /// Who is there; nil before the start.
    var occupant: Occupant? { state.withLock { $0 } }

    /// Has a worker make the lanes' environments; ``sit(_:on:)`` waits for it.
    ///
    /// - Throws: `WorkerFailure` when the worker is gone.
    func prepare(_ worker: PythonWorker) throws(WorkerFailure) -> UnsafeMutableRawPointer {
        if let recording = worker.program.hello.recording {
            try worker.send(recording.message)
            _ = try worker.receive("recording")
        }
        return try worker.begin(lanes: share.lanes, blocks: share.localBlocks, layout: layout)
    }

    /// Waits until a worker has made the environments, and gives it the place.
    ///
    /// - Throws: `WorkerFailure` when it cannot make them.
    func sit(_ worker: PythonWorker, on memory: UnsafeMutableRawPointer) throws(WorkerFailure) {
        let ready = try worker.receive("ready")
        guard case .int(let count) = ready.tree, count == share.lanes.count else {
            throw worker.end(breaking: "ready is \(ready.tree.summary), not \(share.lanes.count)")
        }
        state.withLock { state in
            state = Occupant(worker: worker, memory: memory, generation: (state?.generation ?? 0) + 1)
        }
    }

    /// Takes the worker away.
    func leave() -> PythonWorker? {
        state.withLock { state in
            defer { state = nil }
            return state?.worker
        }
    }
}
