import ReinCheckpoints

/// The keys of a configuration, for those who look for one of them under another name.
struct ConfigurationKeys {
    /// All keys in full, sections before what is in them: `discount`, `network`, `network.hidden` ...
    let names: [String]
    private let known: Set<String>

    /// The keys of the defaults of a configuration.
    init(of defaults: StateTree) {
        names = Self.names(of: defaults, below: "")
        known = Set(names)
    }

    /// The values of settings by their keys in full, without sections.
    static func values(of tree: StateTree) -> [(key: String, value: StateTree)] {
        guard case .map(let map) = tree else { return [] }
        return map.entries.flatMap { key, value -> [(key: String, value: StateTree)] in
            guard case .map = value else { return [(key, value)] }
            return values(of: value).map { ("\(key).\($0.key)", $0.value) }
        }
    }

    private static func names(of tree: StateTree, below section: String) -> [String] {
        guard case .map(let map) = tree else { return [] }
        return map.entries.flatMap { key, value in
            let name = section.isEmpty ? key : "\(section).\(key)"
            return [name] + names(of: value, below: name)
        }
    }

    /// What is wrong with a key that is not there, and which one may be meant: the one that has the name in another
    /// library, the one that has it in another section, or the nearest.
    ///
    /// - Parameters:
    ///   - name: the key in full.
    ///   - section: the keys that there are where it was looked for.
    ///   - refusals: keys that are not there on purpose, and why.
    func problem(withUnknown name: String, among section: [String], refusals: [String: String]) -> String {
        let problem = "there is no such key"
        if let meaning = SettingOfOthers.named(name) {
            let remark = meaning.remark.map { " (\($0))" } ?? ""
            let keys = meaning.keys.filter(known.contains)
            if !keys.isEmpty { return "\(problem); here it is \(Self.list(keys))\(remark)" }
            if let reason = meaning.keys.lazy.compactMap({ refusals[$0] }).first { return reason }
        }
        return unknownName(
            problem, nearest: nearest(to: name), rest: "known keys: \(section.sortedByBytes.joined(separator: ", "))")
    }

    private func nearest(to name: String) -> String? {
        if let nearest = nearestName(to: name, in: names) { return nearest }
        // The right key without its section, or in the wrong one.
        let last = Self.lastPart(of: name)
        let parts = names.map(Self.lastPart)
        if let place = parts.firstIndex(of: last) { return names[place] }
        return nearestName(to: last, in: parts).flatMap { part in names.first { Self.lastPart(of: $0) == part } }
    }

    private static func lastPart(of name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }

    private static func list(_ keys: [String]) -> String {
        keys.map { "\"\($0)\"" }.joined(separator: keys.count == 2 ? " and " : ", ")
    }
}
