import Synchronization

/// The manifest of a checkpoint that is open: it is read when it is first asked for, and then kept. So all that is read
/// of a checkpoint belongs to one manifest, and policies by the thousand do not read it by the thousand.
final class ManifestCache: Sendable {
    private let manifest = Mutex<CheckpointManifest?>(nil)

    /// The manifest, which `read` gives the first time.
    func value(
        _ read: () throws(StateError) -> CheckpointManifest
    ) throws(StateError) -> CheckpointManifest {
        if let known = manifest.withLock({ $0 }) { return known }
        let read = try read()
        manifest.withLock { $0 = read }
        return read
    }
}
