import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The names of what is not finished: `.<name>.partial-<process>-<number>` of directories in which checkpoints are put
/// together, `<name>.partial-<process>` of files that will replace others.
package enum TemporaryName {
    private static let counter = Atomic(0)
    private static let mark = "partial-"

    /// A name for a directory that nobody in this process has used.
    static func next(for name: String) -> String {
        let number = counter.add(1, ordering: .relaxed).newValue
        // File systems end at 255 bytes.
        var stem = ""
        for character in name where stem.utf8.count + character.utf8.count <= 180 { stem.append(character) }
        return ".\(stem).\(mark)\(getpid())-\(number)"
    }

    /// Whether a name is one of such a directory.
    static func matches(_ name: String) -> Bool { name.hasPrefix(".") && numberCount(of: name) == 2 }

    /// The path of a file that is to replace the one at `path`.
    package static func replacing(_ path: String) -> String { "\(path).\(mark)\(getpid())" }

    /// Whether a name is the one that a file has before it replaces the file named `file`.
    package static func matches(_ name: String, replacing file: String) -> Bool {
        name.hasPrefix("\(file).\(mark)") && numberCount(of: name) == 1
    }

    /// Whether a name is one of what is not finished: of a directory, or of a file that will replace another.
    static func isUnfinished(_ name: String) -> Bool { matches(name) || numberCount(of: name) == 1 }

    /// How many numbers, and nothing else, follow the mark at the end of a name; 0 without a mark.
    @inline(never)
    private static func numberCount(of name: String) -> Int {
        guard let end = name.parts(between: ".", omittingEmpty: true).last, end.hasPrefix(mark) else { return 0 }
        let numbers = String(end.dropFirst(mark.count)).parts(between: "-")
        return numbers.allSatisfy { $0.wholeNumber != nil } ? numbers.count : 0
    }
}
