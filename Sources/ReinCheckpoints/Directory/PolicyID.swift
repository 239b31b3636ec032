/// The name of a policy, safe as the name of a folder.
///
/// The rules are RLlib's (not empty, none of `< > : " / \ | ?`, no dot or space at the end, hence neither `.` nor
/// `..`), and three more: no control characters; nothing that is not to be seen, such as marks of the direction of writing
/// and spaces without width, with which one id passes for another; at most 200 bytes of UTF-8. Spaces and dots inside, `*`
/// and letters of any language are allowed.
///
/// Ids of one algorithm differ in more than upper and lower case, which not every file system tells apart. An older
/// checkpoint in which they do not still opens, and each of its policies can be read alone; `rein merge` gives one of
/// them another name, and training goes on from there.
public struct PolicyID: Hashable, Sendable {
    /// The name.
    public let string: String

    /// The id of the only policy when there is one agent.
    public static let `default`: PolicyID = "default_policy"

    /// The length of the longest id in bytes of UTF-8.
    public static let maximumLength = 200

    /// Creates an id.
    ///
    /// - Throws: `StateError` with `.invalidPolicyID` that names the rule which the string breaks.
    @inline(never)
    public init(_ string: String) throws(StateError) {
        if !Self.isPlain(string), let problem = Self.problem(with: string) {
            throw StateError(.invalidPolicyID, "\"\(string.shortened)\" cannot be a policy id: \(problem)")
        }
        self.string = string
    }

    /// Whether a string obeys the rules.
    static func isValid(_ string: String) -> Bool {
        isPlain(string) || problem(with: string) == nil
    }

    /// Whether a string is made of nothing but Latin letters, digits, underscores and hyphens, as ids usually are.
    @inline(never)
    private static func isPlain(_ string: String) -> Bool {
        (1...maximumLength).contains(string.utf8.count)
            && string.utf8.allSatisfy { character in
                switch character {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private static func problem(with string: String) -> String? {
        if string.isEmpty { return "it is empty" }
        if string.utf8.count > maximumLength { return "it is longer than \(maximumLength) bytes" }
        for scalar in string.unicodeScalars {
            switch scalar {
            case "<", ">", ":", "\"", "/", "\\", "|", "?": return "none of < > : \" / \\ | ? may occur in it"
            default: break
            }
            if scalar.isControl { return "it holds a control character" }
            if scalar.isInvisible {
                return "it holds a character that is not to be seen, U+\(scalar.hexadecimal.uppercased())"
            }
        }
        if let last = string.utf8.last, last == UInt8(ascii: ".") || last == UInt8(ascii: " ") {
            return "it ends in a dot or a space"
        }
        return nil
    }
}

extension PolicyID {
    /// Checks that ids can stand side by side.
    ///
    /// - Throws: `StateError` with `.alreadyExists` for two that are equal, or differ in upper and lower case alone.
    package static func requireDistinct(_ ids: [PolicyID], path: String) throws(StateError) {
        var known = KeyList<String>()
        for id in ids {
            let name = id.string.lowercased()
            guard !known.insert(name), let other = known.place(of: name).map({ ids[$0] }) else { continue }
            throw StateError(
                .alreadyExists,
                other == id
                    ? "the policy id \"\(id)\" is given twice"
                    : "the policy ids \"\(other)\" and \"\(id)\" differ in upper and lower case alone, which not every file "
                        + "system tells apart; give one another name",
                path: path)
        }
    }
}

extension PolicyID {
    /// The least of the ids that are not among others; nil when all are.
    static func firstStranger(in ids: [PolicyID], among known: [PolicyID]) -> PolicyID? {
        let known = KeyList(known.map(\.string))
        return ids.filter { !known.contains($0.string) }.min()
    }

    /// The first position whose id was there before; nil when all are different.
    ///
    /// A set would take three times the memory, and the number of ids is somebody's claim.
    static func firstRepetition(in ids: [PolicyID]) -> Int? {
        // Equal ids have equal hashes, those of other ids hardly ever.
        let hashes = ids.map(\.hashValue)
        var repetition: Int?
        var run: [Int] = []
        for index in hashes.ascendingPlaces {
            if let first = run.first, hashes[first] != hashes[index] { run = [] }
            if run.contains(where: { ids[$0] == ids[index] }) {
                repetition = min(repetition ?? index, index)
            } else {
                run.append(index)
            }
        }
        return repetition
    }
}

extension PolicyID: CustomStringConvertible {
    /// The name.
    public var description: String { string }
}

extension PolicyID: ExpressibleByStringLiteral {
    /// Creates an id from a literal that must obey the rules.
    public init(stringLiteral value: String) {
        if let problem = Self.problem(with: value) { preconditionFailure("\"\(value)\" is no policy id: \(problem)") }
        string = value
    }
}

extension PolicyID: Comparable {
    /// Whether one id comes before the other, by their Unicode scalars.
    public static func < (left: PolicyID, right: PolicyID) -> Bool { left.string < right.string }
}

extension PolicyID: Codable {
    /// Reads an id from a string and checks it.
    public init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the id as a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(string)
    }
}

extension PolicyID {
    /// What is said when a checkpoint has no policy of an id, or when the id of one of several is missing.
    package static func unknown(_ id: PolicyID?, among known: [PolicyID], path: String) -> StateError {
        guard let id else {
            return StateError(.unknownPolicy, "which policy? \(listing(known))", path: path)
        }
        return StateError(
            .unknownPolicy,
            unknownName(
                "there is no policy \"\(id)\"",
                nearest: nearestName(to: id.string, in: known.map(\.string).sortedByBytes.reversed()),
                rest: listing(known)), path: path)
    }

    /// The ids in a sentence, not more than a reader can bear.
    private static func listing(_ ids: [PolicyID]) -> String {
        if ids.isEmpty { return "the checkpoint holds no policies" }
        let shown = ids.prefix(20).map(\.string).joined(separator: ", ")
        return "the checkpoint holds \(shown)" + (ids.count > 20 ? " and \(ids.count - 20) more" : "")
    }
}
