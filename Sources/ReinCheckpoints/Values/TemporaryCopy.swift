import Synchronization

/// A directory that is there for as long as somebody works in it.
final class TemporaryCopy: Sendable {
    private struct State {
        var users = 0
        var folder = ""
    }

    private let state = Mutex(State())

    /// Makes the directory, unless somebody works in it already; each caller has to `leave`.
    ///
    /// - Parameter make: makes it at a path; others wait meanwhile.
    /// - Returns: its path.
    /// - Throws: `StateError` when it cannot be made; nothing is left of it.
    func enter(_ make: (_ path: String) throws(StateError) -> Void) throws(StateError) -> String {
        let result = state.withLock { state in
            Result { () throws(StateError) -> String in
                if state.users == 0 {
                    let folder = try Self.makeFolder()
                    do throws(StateError) {
                        try make("\(folder)/\(Self.name)")
                    } catch {
                        Self.remove(folder)
                        throw error
                    }
                    state.folder = folder
                }
                state.users += 1
                return "\(state.folder)/\(Self.name)"
            }
        }
        return try result.get()
    }

    /// Says that a caller needs the directory no more. With the last one it goes.
    func leave() {
        state.withLock { state in
            state.users -= 1
            if state.users == 0 { Self.remove(state.folder) }
        }
    }

    /// The name of the directory in its folder.
    static let name = "checkpoint"

    /// Makes a folder for such a directory.
    ///
    /// - Throws: `StateError` when it cannot be made.
    static func makeFolder() throws(StateError) -> String {
        try LocalFile.makeTemporaryDirectory("rein-checkpoint")
    }

    /// Removes a folder as far as that can be done.
    static func remove(_ folder: String) { LocalFile.removeTemporaryDirectory(folder) }
}
