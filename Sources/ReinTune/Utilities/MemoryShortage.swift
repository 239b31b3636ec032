import ReinCheckpoints
import ReinProcesses

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which process the system ends when there is no memory left.
enum MemoryShortage {
    private static let path = "/proc/self/oom_score_adj"
    /// Half of all memory counts as used by a process, in addition to what it uses.
    private static let score = 500

    /// Lets this process be ended before those that say nothing. Of no effect where the system does not have it.
    static func giveWay() {
        guard let text = SystemText.file(path), let before = Int(text.prefix { !$0.isNewline }), before < score else {
            return
        }
        let file = uninterrupted { open(path, O_WRONLY | O_CLOEXEC) }
        guard file >= 0 else { return }
        let bytes = Array("\(score)".utf8)
        _ = bytes.withUnsafeBytes { writeAll($0, to: file) }
        close(file)
    }
}
