import ReinCheckpoints

/// Lines of a file that are no results: how many there are, and the first of them.
struct LineFaults: Sendable {
    private var first: (line: Int, reason: String)?
    private var count = 0

    /// Notes a line.
    mutating func note(_ line: Int, _ reason: String) {
        if first == nil { first = (line, reason) }
        count += 1
    }

    /// What a person should know; nil when nothing was noted.
    func warning(_ path: String) -> String? {
        guard let first else { return nil }
        let rest = count == 1 ? "" : ", and so are \(count - 1) after it"
        return "\(path), line \(first.line): \(first.reason); it is left out\(rest)"
    }
}
