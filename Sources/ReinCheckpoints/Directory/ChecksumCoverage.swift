/// How far the checksums of a checkpoint reach.
public enum ChecksumCoverage: Sendable, Hashable {
    /// Every byte has one.
    case complete
    /// Every file has one but the manifest: an earlier version of Rein wrote the checkpoint.
    case allButManifest
    /// There are none: another program wrote the checkpoint.
    case none
}
