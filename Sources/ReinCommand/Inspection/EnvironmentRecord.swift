import Rein

/// What a checkpoint says of an environment outside of this program.
enum EnvironmentRecord {
    /// Rows of a table: what was said about it, the interpreter, the versions, and what has happened to it.
    static func lines(of algorithm: AlgorithmState) -> [[String]] {
        var lines: [[String]] = []
        if !algorithm.environmentSettings.isEmpty {
            lines.append(["", JSON.text(.map(algorithm.environmentSettings))])
        }
        if let record = algorithm.environmentRecord {
            if let interpreter = try? StateReader(record).string("interpreter") {
                lines.append(["interpreter", interpreter])
            }
            let versions = versions(in: record).map { "\($0.key) \($0.value)" }
            if !versions.isEmpty { lines.append(["versions", versions.joined(separator: ", ")]) }
        }
        guard let incidents = algorithm.environmentIncidents, !incidents.isEmpty else { return lines }
        let counts = [
            (incidents.workerRestarts, "process replaced", "processes replaced"),
            (incidents.episodesCutOff, "episode cut off", "episodes cut off"),
            (incidents.episodesBegunAnew, "episode begun anew after restoring", "episodes begun anew after restoring"),
        ]
        let words = counts.filter { $0.0 > 0 }.map { Wording.count($0.0, $0.1, $0.2) }
        return lines + [["incidents", words.joined(separator: ", ")]]
    }

    /// What differs between what a checkpoint says and what is there now, a sentence each.
    static func differences(between saved: StateTree, and now: StateTree) -> [String] {
        let current = versions(in: now)
        var notes: [String] = []
        for (name, version) in versions(in: saved) {
            let other = current.first { $0.key == name }?.value
            guard other != version else { continue }
            notes.append(
                other.map { "The run was made with \(name) \(version), and goes on with \($0)" }
                    ?? "The run was made with \(name) \(version), which is not there")
        }
        return notes
    }

    private static func versions(in record: StateTree) -> [(key: String, value: String)] {
        guard case .map(let map) = record, case .map(let versions)? = map["versions"] else { return [] }
        return versions.entries.compactMap { key, value in
            if case .string(let text) = value { (key, text) } else { nil }
        }
    }
}
