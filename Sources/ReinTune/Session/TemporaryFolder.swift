import ReinCheckpoints
import Synchronization

/// A directory that is made when somebody asks for it, and stays.
final class TemporaryFolder: Sendable {
    private let made = Mutex<String?>(nil)

    /// Its path.
    ///
    /// - Throws: `StateError` when it cannot be made.
    func path() throws(StateError) -> String {
        try made.withLock { made throws(StateError) in
            if let made { return made }
            let path = try LocalFile.makeTemporaryDirectory("rein-trainable")
            made = path
            return path
        }
    }
}
