@testable import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A folder of this process for decoders that read files, in memory where the system has such a place.
enum ScratchFolder {
    /// Its path.
    static let path: String = {
        let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        let path = "\(parent)/rein-fuzz-\(getpid())"
        require(mkdir(path, 0o700) == 0, "\(path) cannot be made")
        atexit { _ = rmdir(ScratchFolder.path) }
        return path
    }()

    /// Puts bytes into a file of it.
    static func write(_ bytes: [UInt8], to name: String) {
        let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        require(file >= 0, "\(path)/\(name) cannot be written")
        let number = bytes.withUnsafeBytes { writeAll($0, to: file) }
        close(file)
        require(number == 0, "\(path)/\(name) cannot be written")
    }

    /// Removes a folder of it with all that is in it.
    static func removeFolder(_ name: String) {
        guard let scratch = try? Directory(opening: path) else { return }
        try? scratch.existingDirectory(name)?.removeContents()
        try? scratch.removeDirectory(name)
    }

    /// Removes a file of it.
    static func remove(_ name: String) { unlink("\(path)/\(name)") }
}
