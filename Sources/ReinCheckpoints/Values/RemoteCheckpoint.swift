import Synchronization

/// A checkpoint that lies in a storage, with the temporary copy that those share who work with it at the same time.
final class RemoteCheckpoint: Sendable {
    /// Where it lies.
    let uri: StorageURI
    /// Whether it needs neither an index nor a manifest.
    let isAnyFolder: Bool
    private let state = Mutex(State())

    private struct State {
        /// Where the copy is; nil when there is none.
        var folder: String?
        /// How many work with it.
        var users = 0
        var isDownloading = false
        /// Those who wait for somebody else's download.
        var waiting: [(ticket: Int, continuation: CheckedContinuation<Turn, Never>)] = []
        var lastTicket = 0
    }

    /// What somebody is to do who wants the copy.
    private enum Turn {
        /// Use the one that is there.
        case ready(String)
        /// Download it; others wait.
        case download
        /// Ask again: whoever downloaded it was cancelled.
        case again
        /// Give up.
        case failed(StateError)
    }

    /// A checkpoint at an address.
    init(_ uri: StorageURI, isAnyFolder: Bool = false) {
        self.uri = uri
        self.isAnyFolder = isAnyFolder
    }

    /// Downloads the checkpoint to a temporary directory, unless it is there or on its way; each caller has to `leave`.
    ///
    /// - Returns: the path of the directory.
    /// - Throws: `StateError` of the download, with `.cancelled` when the task is. Nothing is left then.
    func enter() async throws(StateError) -> String {
        while true {
            switch await turn() {
            case .ready(let folder): return "\(folder)/\(TemporaryCopy.name)"
            case .again: continue
            case .failed(let error): throw error
            case .download:
                let result: Result<String, StateError>
                do { result = .success(try await downloadedFolder()) } catch { result = .failure(error) }
                finish(result)
                return "\(try result.get())/\(TemporaryCopy.name)"
            }
        }
    }

    /// Says that a caller needs the directory no more. With the last one it goes.
    func leave() {
        let folder: String? = state.withLock { state in
            state.users -= 1
            guard state.users == 0 else { return nil }
            defer { state.folder = nil }
            return state.folder
        }
        if let folder { TemporaryCopy.remove(folder) }
    }

    private func turn() async -> Turn {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let turn: Turn? = state.withLock { state in
                    if Task.isCancelled { return .failed(cancellation) }
                    if let folder = state.folder {
                        state.users += 1
                        return .ready(folder)
                    }
                    guard state.isDownloading else {
                        state.isDownloading = true
                        return .download
                    }
                    state.waiting.append((ticket, continuation))
                    return nil
                }
                if let turn { continuation.resume(returning: turn) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0) }
            }
            waiting?.continuation.resume(returning: .failed(cancellation))
        }
    }

    private func downloadedFolder() async throws(StateError) -> String {
        let (uri, isAnyFolder) = (uri, isAnyFolder)
        return try await WaitingThread.run { isCancelled throws(StateError) in
            let folder = try TemporaryCopy.makeFolder()
            do throws(StateError) {
                var transfer = CheckpointTransfer()
                transfer.isCancelled = isCancelled
                transfer.takesAnyFolder = isAnyFolder
                try transfer.download(
                    from: StorageSchemes.storage(at: uri), to: "\(folder)/\(TemporaryCopy.name)")
            } catch {
                TemporaryCopy.remove(folder)
                throw error
            }
            return folder
        }
    }

    /// Tells those who wait what came of the download.
    private func finish(_ result: Result<String, StateError>) {
        let (waiting, turn) = state.withLock { state in
            state.isDownloading = false
            let waiting = state.waiting
            state.waiting = []
            switch result {
            case .success(let folder):
                state.folder = folder
                state.users = waiting.count + 1
                return (waiting, Turn.ready(folder))
            case .failure(let error): return (waiting, error.code == .cancelled ? .again : .failed(error))
            }
        }
        for (_, continuation) in waiting { continuation.resume(returning: turn) }
    }

    private var cancellation: StateError { StateError(.cancelled, "was cancelled", path: uri.place) }

    /// The error for what takes a checkpoint on this machine.
    @inline(never)
    var isElsewhere: StateError {
        StateError(
            .notFound,
            "lies in a storage and not on this machine: `try await checkpoint.downloaded()` gives it in memory, "
                + "`download(to:)` in a directory", path: uri.place)
    }
}
