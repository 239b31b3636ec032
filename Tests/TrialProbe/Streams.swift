import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The streams between processes that are open in one.
enum Streams {
    /// Those of this process.
    static func count() -> Int { links(of: "/proc/self/fd").count { $0.hasPrefix("socket:") } }

    /// Those that a program has that this process starts.
    static func countInChild() throws -> Int {
        var id: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("100000"), nil]
        defer { for word in words { free(word) } }
        guard posix_spawn(&id, "/bin/sleep", nil, nil, &words, environ) == 0 else {
            throw StateError(.unavailable, "there is no sleep")
        }
        defer {
            kill(id, SIGKILL)
            waitpid(id, nil, 0)
        }
        return links(of: "/proc/\(id)/fd").count { $0.hasPrefix("socket:") }
    }

    private static func links(of folder: String) -> [String] {
        guard let names = try? LocalFile.names(in: folder) else { return [] }
        return names.compactMap { name in
            var text = [UInt8](repeating: 0, count: 256)
            let count = text.withUnsafeMutableBytes { memory in
                memory.bindMemory(to: CChar.self).baseAddress.map {
                    readlink("\(folder)/\(name)", $0, memory.count)
                } ?? -1
            }
            return count > 0 ? String(decoding: text[..<count], as: UTF8.self) : nil
        }
    }
}
