import ReinCheckpoints
import ReinProcesses

extension OpenStream {
    /// Reads answers until there are no more. It keeps the thread.
    ///
    /// - Parameters:
    ///   - limit: how long the first one may take.
    ///   - take: gets each answer, or in the end what is wrong with one.
    func readAnswers(
        beginningWithin limit: Duration, _ take: (Result<WorkerAnswer, StateError>) -> Void
    ) {
        guard isReadable(within: limit) else {
            return take(.failure(StateError(.timedOut, "has not begun within \(limit): \(TrialWorker.advice)")))
        }
        var reader = LineReader(reading: descriptor, name: "answer", limit: WorkerLine.limit)
        while true {
            do throws(StateError) {
                guard let line = try reader.next(), reader.isWhole else { return }
                take(.success(try WorkerAnswer(line)))
            } catch {
                // The stream of a process that ends before it has read everything is broken; how it ended says more.
                if error.code == .inputOutput { return }
                return take(.failure(StateError(error.code, "has answered with what is no answer (\(error))")))
            }
        }
    }
}
