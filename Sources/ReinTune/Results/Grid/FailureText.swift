import ReinCheckpoints

/// What a trial's failures left in `error.txt`: one block for each, which begins with `Failure # `.
enum FailureText {
    /// The most lines of a block, and bytes of a line, that are read.
    private static let limit = (lines: 400, bytes: 1 << 16)

    /// The last block of a file; nil when it is empty or cannot be read.
    static func last(in path: String, _ warnings: inout [String]) -> String? {
        var lines: [String] = []
        do throws(StateError) {
            var reader = try LineReader(opening: path, limit: limit.bytes)
            var isAtEnd = false
            while !isAtEnd {
                do throws(StateError) {
                    guard let line = try reader.next() else {
                        isAtEnd = true
                        continue
                    }
                    let text = String(decoding: line, as: UTF8.self)
                    if text.hasPrefix("Failure # ") { lines.removeAll() }
                    if lines.count < limit.lines { lines.append(text) }
                } catch {
                    guard error.code == .outOfRange else { throw error }
                    if lines.count < limit.lines { lines.append("(a line of more than \(limit.bytes) bytes)") }
                }
            }
        } catch {
            warnings.append("\(error)")
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }
}
