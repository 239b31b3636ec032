/// A text file that grows by whole lines; each is in the file when `append` returns.
package final class LineFile {
    /// The largest number of bytes of a line that is read back: 64 MB.
    package static let lineLimit = 1 << 26

    private let file: AppendingFile

    /// Opens a file to append to, and makes it when it is not there.
    ///
    /// - Throws: `StateError` when that fails, or that says what it is that is no file.
    package init(appendingTo path: String) throws(StateError) { file = try AppendingFile(path) }

    /// Adds a line. When it cannot be written, no part of it stays.
    ///
    /// - Throws: `StateError` when it cannot be written.
    package func append(_ line: String) throws(StateError) { try file.append(Array((line + "\n").utf8)) }

    /// Adds several lines, all of them or none.
    ///
    /// - Throws: `StateError` when they cannot be written.
    package func append(_ lines: [String]) throws(StateError) {
        try file.append(Array(lines.map { $0 + "\n" }.joined().utf8))
    }

    /// Waits until all lines are on the disk.
    ///
    /// - Throws: `StateError` when the system refuses.
    package func synchronize() throws(StateError) { try file.synchronize() }

    /// Removes lines of a file, and a last one that does not end; the others stay as they are. A reader of the file finds
    /// it as it was or as it is to be. Nothing is done when all lines are to stay, or when there is no such file.
    ///
    /// - Parameter isKept: whether a line stays, by its number from 0 and its text; asked twice at most.
    /// - Throws: `StateError` when the file is there and cannot be read or written, or a line is too long.
    package static func keepLines(of path: String, where isKept: (Int, String) -> Bool) throws(StateError) {
        guard try LocalFile.exists(path), try !allLines(of: path, satisfy: isKept) else { return }
        try LocalFile.replace(path) { file throws(StateError) in
            var reader = try LineReader(opening: path, limit: lineLimit)
            while var line = try reader.next() {
                guard reader.isWhole, isKept(reader.count - 1, String(decoding: line, as: UTF8.self)) else { continue }
                line.append(UInt8(ascii: "\n"))
                try file.write(line)
            }
        }
    }

    /// Gives the lines of a file another text and adds some, at one stroke; a last one that does not end goes. A reader of
    /// the file finds it as it was or as it is to be.
    ///
    /// - Parameters:
    ///   - added: what comes behind its own lines.
    ///   - revise: the new text of a line, from the old one and its number from 0.
    /// - Throws: `StateError` when the file cannot be read or written, or a line is too long; it is then as it was.
    static func replaceLines(
        of path: String, adding added: [String], _ revise: (String, Int) -> String
    ) throws(StateError) {
        try LocalFile.replace(path) { file throws(StateError) in
            var reader = try LineReader(opening: path, limit: lineLimit)
            while let line = try reader.next() {
                guard reader.isWhole else { continue }
                try file.write(Array((revise(String(decoding: line, as: UTF8.self), reader.count - 1) + "\n").utf8))
            }
            for line in added { try file.write(Array((line + "\n").utf8)) }
        }
    }

    @inline(never)  // Once for its many callers, to whom a call is nothing.
    private static func allLines(
        of path: String, satisfy isKept: (Int, String) -> Bool
    ) throws(StateError) -> Bool {
        var reader = try LineReader(opening: path, limit: lineLimit)
        while let line = try reader.next() {
            guard reader.isWhole, isKept(reader.count - 1, String(decoding: line, as: UTF8.self)) else { return false }
        }
        return true
    }
}
