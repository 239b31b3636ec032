import ReinCheckpoints

/// Amounts of resources by name, as requests and machines have them.
enum ResourceAmounts {
    /// The names that everybody knows.
    static let cpu = "CPU"
    static let gpu = "GPU"
    static let memory = "memory"

    /// The amounts without those that are zero.
    ///
    /// - Throws: `StateError` that names the resource: an amount that is negative, infinite or NaN, no name, or a name that
    ///   is a known one written in another way.
    static func validated(_ amounts: [String: Double], path: String = "") throws(StateError) -> [String: Double] {
        // In a fixed order, so that the same mistake gives the same message.
        for (name, amount) in sorted(amounts) {
            let place = path.isEmpty ? name.shortened : "\(path)/\(name.shortened)"
            guard !name.allSatisfy(\.isWhitespace) else {
                throw StateError(.outOfRange, "a resource needs a name", path: path)
            }
            if let known = knownName(meantBy: name), known != name {
                throw StateError(
                    .unknownKey, "there is no such resource; did you mean \"\(known)\"? Names of resources are exact",
                    path: place)
            }
            guard amount >= 0, amount.isFinite else {
                throw StateError(.outOfRange, "\(amount) is out of range (allowed: finite, at least 0)", path: place)
            }
        }
        return amounts.filter { $0.value > 0 }
    }

    /// The known resource that a name means but for its spelling, such as `"cpus"` or `"num_gpus"`.
    private static func knownName(meantBy name: String) -> String? {
        var letters = name.lowercased().filter { !"_-./ ".contains($0) }
        if letters.hasPrefix("num") { letters.removeFirst(3) }
        if letters.hasSuffix("s") { letters.removeLast() }
        return [cpu, gpu, memory].first { $0.lowercased() == letters }
    }

    /// What all of them have together.
    static func sum(of all: [[String: Double]]) -> [String: Double] {
        all.reduce(into: [:]) { sum, amounts in sum.merge(amounts, uniquingKeysWith: +) }
    }

    /// Whether a machine has room for an amount. Adding fractions up rounds, so that a billionth of what the machine has
    /// in all does not count: what fits is never refused for its last digit.
    static func fits(_ amount: Double, in free: Double, of total: Double) -> Bool { amount <= free + 1e-9 * total }

    /// The amounts in words: `CPU 2, GPU 0.5`.
    static func text(_ amounts: [String: Double]) -> String {
        if amounts.isEmpty { return "nothing" }
        return sorted(amounts).map { "\($0.shortened) \(text($1))" }.joined(separator: ", ")
    }

    private static func text(_ amount: Double) -> String {
        Int64(exactly: amount).map(String.init) ?? "\(amount)"
    }

    /// The amounts in the order of their names.
    static func sorted(_ amounts: [String: Double]) -> [(key: String, value: Double)] {
        amounts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    /// The amounts as data.
    static func tree(_ amounts: [String: Double]) -> StateTree {
        .map(StateMap(uniqueEntries: sorted(amounts).map { ($0.key, .double($0.value)) }))
    }

    /// Reads amounts from data; names are not checked.
    static func read(_ reader: StateReader) throws(StateError) -> [String: Double] {
        var amounts: [String: Double] = [:]
        for (name, amount) in try reader.map() { amounts[name] = try amount.double() }
        return amounts
    }
}
