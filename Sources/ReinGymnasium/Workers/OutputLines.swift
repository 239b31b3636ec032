import ReinCheckpoints

/// The lines that workers print, as they are handed on: with who has printed them, once for all workers of an environment,
/// once for all of the same in a row, and not for ever.
struct OutputLines {
    /// The number of bytes that are handed on of one worker.
    static let byteLimit = 64 << 10
    /// The length of what counts as a line though it has no end.
    private static let lineLimit = 4 << 10
    /// The number of lines of others that are remembered.
    private static let memoryLimit = 4096

    private struct Progress {
        var begun: [UInt8] = []
        var count = 0
        var isMuted = false
        var last: String?
        /// How often the last line came again.
        var repeats = 0
    }

    private struct Line: Hashable {
        let environment: String
        let text: String
    }

    private var progress: [ObjectIdentifier: Progress] = [:]
    /// Who has printed a line first.
    private var authors: [Line: Int] = [:]

    /// Takes what a worker has printed.
    mutating func take(
        _ bytes: ArraySlice<UInt8>, of source: WorkerOutput.Source, _ write: (String) -> Void
    ) {
        let key = ObjectIdentifier(source)
        var state = progress[key] ?? Progress()
        defer { progress[key] = state }
        if state.isMuted { return }
        for byte in bytes {
            if byte != 10, byte != 13 {
                state.begun.append(byte == 9 ? 32 : byte)
                if state.begun.count < Self.lineLimit { continue }
            }
            finishLine(&state, of: source, write)
            if state.isMuted { return }
        }
    }

    /// Hands on what a worker that is gone has not finished.
    mutating func end(_ source: WorkerOutput.Source, _ write: (String) -> Void) {
        guard var state = progress.removeValue(forKey: ObjectIdentifier(source)), !state.isMuted else { return }
        finishLine(&state, of: source, write)
        tellRepeats(&state, prefix(source), write)
    }

    private func prefix(_ source: WorkerOutput.Source) -> String {
        "[\(source.environment.escapingControls), worker \(source.worker)] "
    }

    private func tellRepeats(_ state: inout Progress, _ prefix: String, _ write: (String) -> Void) {
        if state.repeats > 0 { write("\(prefix)(the same \(state.repeats) times more)\n") }
        state.repeats = 0
    }

    private mutating func finishLine(
        _ state: inout Progress, of source: WorkerOutput.Source, _ write: (String) -> Void
    ) {
        guard !state.begun.isEmpty else { return }
        let text = String(decoding: state.begun, as: UTF8.self).escapingControls
        let (size, prefix) = (state.begun.count, prefix(source))
        state.begun.removeAll(keepingCapacity: true)
        let line = Line(environment: source.environment, text: text)
        if let author = authors[line], author != source.worker { return }
        if text == state.last {
            state.repeats += 1
            return
        }
        tellRepeats(&state, prefix, write)
        (state.last, state.count) = (text, state.count + size)
        if state.count > Self.byteLimit {
            state.isMuted = true
            return write("\(prefix)prints more than \(Self.byteLimit) bytes; the rest is not shown\n")
        }
        if authors.count < Self.memoryLimit { authors[line] = source.worker }
        write("\(prefix)\(text)\n")
    }
}
