import ReinCheckpoints

/// Puts lanes where they were, in all workers at the same time: each resets a lane with the seed of its episode, and takes
/// the actions since.
struct LaneReplay {
    /// What puts a lane where it was.
    struct Request {
        /// The lane, counted over all workers.
        let lane: Int
        /// The seed of its episode.
        let seed: UInt32
        /// The actions since, one row after the other; none for a reset alone.
        let actions: [Float]
        /// The number of steps.
        let steps: Int
    }

    let seats: [WorkerSeat]

    /// Replays lanes.
    ///
    /// - Returns: why a lane is not where it was, for each request; nil where it may be, if it looks so.
    /// - Throws: `WorkerFailure` when a worker is gone.
    func run(_ requests: [Request]) throws(WorkerFailure) -> [String?] {
        var reasons = [String?](repeating: nil, count: requests.count)
        // A worker does one at a time, and all workers do theirs at once.
        var queues = seats.map { seat in
            requests.indices.filter { seat.share.lanes.contains(requests[$0].lane) }[...]
        }
        while queues.contains(where: { !$0.isEmpty }) {
            for (seat, queue) in zip(seats, queues) {
                if let next = queue.first { try send(requests[next], to: seat) }
            }
            for (place, seat) in seats.enumerated() {
                if let next = queues[place].popFirst() { reasons[next] = try receive(requests[next], from: seat) }
            }
        }
        return reasons
    }

    private func send(_ request: Request, to seat: WorkerSeat) throws(WorkerFailure) {
        guard let occupant = seat.occupant else { return }
        var message: StateMap = [
            "replay": [
                "lane": .int(Int64(request.lane - seat.share.lanes.lowerBound)), "seed": .int(Int64(request.seed)),
                "steps": .int(Int64(request.steps)),
            ]
        ]
        let size = request.actions.count * MemoryLayout<Float>.stride
        if size > 0 { message["bytes"] = .int(Int64(size)) }
        try request.actions.withUnsafeBytes { bytes in
            Result { () throws(WorkerFailure) in try occupant.worker.send(.map(message), bytes: bytes) }
        }.get()
    }

    private func receive(_ request: Request, from seat: WorkerSeat) throws(WorkerFailure) -> String? {
        guard let occupant = seat.occupant else { return nil }
        do throws(WorkerFailure) {
            let answer = try occupant.worker.receive("replayed")
            do throws(StateError) {
                let steps = try answer.int("steps")
                guard try answer.optionalChild("ended")?.bool() != true else {
                    return "its episode ended after step \(steps) of \(request.steps) when it was replayed"
                }
                guard steps == request.steps else {
                    throw answer.error(.outOfRange, "\(steps) steps were replayed, not \(request.steps)")
                }
                return nil
            } catch { throw occupant.worker.end(breaking: "\(error)") }
        } catch {
            guard error.leavesWorker else { throw error }
            return "replaying it failed: \(error.summary)"
        }
    }
}
