import Rein

/// What a checkpoint is, in words and as data.
final class CheckpointReport {
    private let directory: CheckpointDirectory
    private let manifest: CheckpointManifest
    private let algorithm: AlgorithmState?
    private let policies: [SavedPolicyReport]

    /// Reads a checkpoint: everything, or one policy (and then only its files).
    ///
    /// - Throws: `StateError` for files that are damaged or do not hold what they should.
    init(_ directory: CheckpointDirectory, only id: PolicyID?) throws {
        self.directory = directory
        let manifest = try directory.manifest
        self.manifest = manifest
        let checkpoint = SavedCheckpoint(DirectorySource(directory))
        algorithm = directory.kind == .algorithm && id == nil ? try checkpoint.algorithm() : nil
        let ids: [PolicyID?] = directory.kind == .policy ? [nil] : id.map { [$0] } ?? manifest.policyIDs
        policies = try ids.map { try SavedPolicyReport(checkpoint, manifest, $0) }
    }

    /// A checkpoint in a few words: kind, policies, format, size.
    ///
    /// - Throws: `StateError` when its manifest cannot be read.
    static func words(_ directory: CheckpointDirectory) throws -> String {
        let kind =
            directory.kind == .policy
            ? "policy" : "algorithm, \(Wording.count(try directory.policyIDs.count, "policy", "policies"))"
        let size = Wording.bytes(try LocalFile.totalBytes(directory.path))
        return "\(kind), \(directory.format.rawValue), \(size)"
    }

    /// The checkpoint as text.
    ///
    /// - Parameter showsTensors: whether to list every tensor of the policies.
    /// - Throws: `StateError` when the algorithm's state does not hold what it should.
    func text(showsTensors: Bool) throws -> String {
        var head = TextTable()
        head.add(["checkpoint", "\(directory.path) (\(try Self.words(directory)))"])
        head.add([
            "version", "\(manifest.version), by Rein \(manifest.reinVersion ?? "?")",
        ])
        if let algorithm {
            head.add(["algorithm", algorithm.algorithm])
            head.add(["environment", algorithm.environment])
            for line in EnvironmentRecord.lines(of: algorithm) { head.add(line) }
            for (key, value) in try StateReader(algorithm.counters.state).map() {
                head.add([Self.spaced(key), Wording.grouped(try value.int())])
            }
            if let stepsLeft = try algorithm.stepsLeft {
                let remaining = Wording.grouped(stepsLeft)
                head.add(["inside", "an iteration, with \(remaining) steps of each environment left to take"])
            }
            head.add(["mapping", Self.words(algorithm.lineup.mapping)])
            if let mapping = algorithm.lineup.evaluationMapping { head.add(["in evaluation", Self.words(mapping)]) }
            let trained = algorithm.lineup.policiesToTrain.map(\.string)
            head.add(["trained", trained.isEmpty ? "none" : trained.joined(separator: ", ")])
        }
        var sections = [head.text(), SavedPolicyReport.table(policies)]
        let parts = policies.compactMap(\.partsText)
        if !parts.isEmpty { sections.append(parts.joined(separator: "\n")) }
        if let algorithm {
            var table = TextTable()
            for (name, value) in Self.leaves(algorithm.configuration) { table.add([name, value]) }
            sections.append("configuration\n" + table.text(indent: "  "))
            for (id, settings) in algorithm.lineup.policyConfigurations.sorted(byBytesOf: \.key.string) {
                var table = TextTable()
                for (name, value) in Self.leaves(settings) { table.add([name, value]) }
                sections.append("configuration of \(id)\n" + table.text(indent: "  "))
            }
        }
        let departures = RLlibDeparture.unique(policies.flatMap(\.departures)).map(\.description)
        if !departures.isEmpty { sections.append(departures.joined(separator: "\n")) }
        if showsTensors { sections += policies.map(\.tensorText) }
        return sections.joined(separator: "\n\n")
    }

    /// The checkpoint as data.
    ///
    /// - Parameter showsTensors: whether to list every tensor of the policies.
    /// - Throws: `StateError` when the algorithm's state does not hold what it should.
    func tree(showsTensors: Bool) throws -> StateTree {
        var map: StateMap = [
            "path": .string(directory.path),
            "type": .string(directory.kind == .policy ? "policy" : "algorithm"),
            "format": .string(directory.format.rawValue),
            "checkpointVersion": .string(manifest.version),
            "reinVersion": manifest.reinVersion.map { .string($0) } ?? .null,
            "bytes": .int(Int64(try LocalFile.totalBytes(directory.path))),
        ]
        if let algorithm {
            map.append("algorithm", .string(algorithm.algorithm))
            map.append("environment", .string(algorithm.environment))
            if !algorithm.environmentSettings.isEmpty {
                map.append("environmentSettings", .map(algorithm.environmentSettings))
            }
            if let record = algorithm.environmentRecord { map.append("environmentRecord", record) }
            if let incidents = algorithm.environmentIncidents { map.append("environmentIncidents", incidents.tree) }
            map.append("counters", algorithm.counters.state)
            if case .map(let lineup) = StateEncoder().encode(algorithm.lineup) {
                // The policies follow, with all that is known of them.
                for (key, value) in lineup where key != Lineup.Key.policies.rawValue { map.append(key, value) }
            }
            map.append("configuration", algorithm.configuration)
            map.append("isInsideIteration", .bool(algorithm.isInsideIteration))
        }
        map["policies"] = .list(policies.map { $0.tree(showsTensors: showsTensors) })
        return .map(map)
    }

    /// A mapping as on the command line, or what stands in its place.
    private static func words(_ mapping: PolicyMapping) -> String {
        mapping == .leftOut
            ? PolicyChoice.leftOut.description
            : mapping.rules.map { "\($0.agents.text) = \($0.policy)" }.joined(separator: ", ")
    }

    /// The leaves of a tree of settings, named by their keys with dots between.
    private static func leaves(_ tree: StateTree, name: String = "") -> [(name: String, value: String)] {
        if case .string(let text) = tree { return [(name, text)] }
        guard case .map(let map) = tree else { return [(name, JSON.text(tree))] }
        return map.entries.flatMap { leaves($0.value, name: name.isEmpty ? $0.key : "\(name).\($0.key)") }
    }

    /// `environmentSteps` as `environment steps`.
    private static func spaced(_ key: String) -> String {
        key.map { $0.isUppercase ? " " + $0.lowercased() : String($0) }.joined()
    }
}
