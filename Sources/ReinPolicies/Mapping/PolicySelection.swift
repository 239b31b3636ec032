public import ReinCheckpoints

/// Which policies of a checkpoint are meant: by their ids, or by patterns as in a shell.
///
///     let pair = try PPO(restoring: path, lineup: LineupChanges(policies: ["pol[01]"], mapping: .all("pol0")))
///
/// A name that is the id of a policy means that policy, whatever characters are in it; any other is a pattern, and
/// means all policies that it matches, of which there must be one.
public struct PolicySelection: Sendable, Hashable {
    /// The ids and patterns, as written.
    public var patterns: [GlobPattern]

    /// Selects by ids and patterns.
    public init(patterns: [GlobPattern]) { self.patterns = patterns }

    /// Selects policies by their ids.
    public init(_ ids: [PolicyID]) { patterns = ids.map { GlobPattern($0.string) } }

    /// The policies that are meant, each once: in the order of the patterns, and for each in the order of `known`.
    ///
    /// - Throws: `StateError` with `.notFound` for a pattern that matches none, with the nearest id and those there are.
    public func ids(in known: [PolicyID]) throws(StateError) -> [PolicyID] {
        let byName = Dictionary(known.map { ($0.string, $0) }) { first, _ in first }
        var selected: [PolicyID] = []
        var seen: Set<PolicyID> = []
        for pattern in patterns {
            let matches: [PolicyID]
            if let id = byName[pattern.text] {
                matches = [id]
            } else {
                matches = pattern.isLiteral ? [] : known.filter { pattern.matches($0.string) }
            }
            guard !matches.isEmpty else { throw Self.nothing(matches: pattern, in: known) }
            selected += matches.filter { seen.insert($0).inserted }
        }
        return selected
    }

    /// The index of a policy among those that are known. The id is not a pattern, whatever characters are in it.
    ///
    /// - Throws: `StateError` with `.notFound`, the nearest id and those there are.
    package static func index(of id: PolicyID, in known: [PolicyID]) throws(StateError) -> Int {
        guard let place = known.firstIndex(of: id) else {
            throw nothing(matches: GlobPattern(id.string), in: known)
        }
        return place
    }

    private static func nothing(matches pattern: GlobPattern, in known: [PolicyID]) -> StateError {
        let nearest = nearestName(to: pattern.text, in: known.map(\.string).sortedByBytes.reversed())
        let list = known.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
        return StateError(
            .notFound,
            unknownName(
                "there is no policy \"\(pattern.text.shortened)\"", nearest: nearest,
                rest: "the policies are \(list)" + (known.count > 20 ? " and \(known.count - 20) more" : "")))
    }
}

extension PolicySelection: ExpressibleByArrayLiteral {
    /// Selects by ids and patterns.
    public init(arrayLiteral elements: GlobPattern...) { self.init(patterns: elements) }
}

extension PolicySelection {
    /// Reads the form used on the command line: ids and patterns with commas between, as in `pol[01],other`.
    ///
    /// - Throws: `StateError` for a name without special characters that cannot be an id, saying why.
    public init(parsing text: String) throws(StateError) {
        patterns = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pattern = GlobPattern(String(part))
            if pattern.isLiteral { _ = try PolicyID(pattern.text) }
            patterns.append(pattern)
        }
    }
}
