import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The names of directories in which checkpoints are put together: `.<name>.partial-<process>-<number>`.
enum TemporaryName {
    private static let counter = Atomic(0)

    /// A name that nobody in this process has used.
    static func next(for name: String) -> String {
        let number = counter.add(1, ordering: .relaxed).newValue
        // File systems end at 255 bytes.
        var stem = ""
        for character in name where stem.utf8.count + character.utf8.count <= 180 { stem.append(character) }
        return ".\(stem).partial-\(getpid())-\(number)"
    }

    /// Whether a name is one of these.
    static func matches(_ name: String) -> Bool {
        guard name.hasPrefix("."), let mark = name.split(separator: ".").last, mark.hasPrefix("partial-") else {
            return false
        }
        let numbers = mark.dropFirst("partial-".count).split(separator: "-", omittingEmptySubsequences: false)
        return numbers.count == 2 && numbers.allSatisfy { Int($0) != nil }
    }
}
