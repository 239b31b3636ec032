/// A name pattern as in a shell: `*` stands for any text, `?` for any character, `[abc]`, `[a-z]` and `[!a]` for one
/// character of a set. Everything else stands for itself; an unclosed `[` does too.
public struct GlobPattern: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The pattern as written.
    public let text: String

    /// Creates a pattern.
    public init(_ text: String) { self.text = text }

    /// Creates a pattern from a literal.
    public init(stringLiteral value: String) { text = value }

    /// Whether nothing in the pattern is special, so that it matches itself only.
    public var isLiteral: Bool { !text.utf8.contains { "*?[".utf8.contains($0) } }

    /// Whether the whole of `name` matches. The time is at most proportional to the product of both lengths.
    public func matches(_ name: String) -> Bool {
        if isLiteral { return text == name }
        let pattern = Array(text)
        let name = Array(name)
        var p = 0
        var n = 0
        // Where the last `*` was, and how much of the name it has been given.
        var star: (pattern: Int, name: Int)?
        while n < name.count {
            if p < pattern.count, pattern[p] == "*" {
                star = (p, n)
                p += 1
            } else if let next = Self.match(pattern, at: p, name[n]) {
                p = next
                n += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                p = last.pattern + 1
                n = last.name + 1
            } else {
                return false
            }
        }
        while p < pattern.count, pattern[p] == "*" { p += 1 }
        return p == pattern.count
    }

    /// The position after the pattern element at `p` when it matches `character`, else nil.
    private static func match(_ pattern: [Character], at p: Int, _ character: Character) -> Int? {
        guard p < pattern.count else { return nil }
        if pattern[p] == "?" { return p + 1 }
        guard pattern[p] == "[", let (end, contains) = set(pattern, at: p, character) else {
            return pattern[p] == character ? p + 1 : nil
        }
        return contains ? end : nil
    }

    /// The end of the set that starts at `p` and whether it contains `character`; nil when the set is not closed.
    private static func set(_ pattern: [Character], at p: Int, _ character: Character) -> (end: Int, contains: Bool)? {
        var index = p + 1
        var contains = false
        let negated = index < pattern.count && pattern[index] == "!"
        if negated { index += 1 }
        let first = index
        while index < pattern.count {
            if pattern[index] == "]", index > first { return (index + 1, contains != negated) }
            if index + 2 < pattern.count, pattern[index + 1] == "-", pattern[index + 2] != "]" {
                contains = contains || (pattern[index] <= character && character <= pattern[index + 2])
                index += 3
            } else {
                contains = contains || pattern[index] == character
                index += 1
            }
        }
        return nil
    }
}

extension GlobPattern: Codable {
    /// Reads the pattern from a string.
    public init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the pattern as a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
