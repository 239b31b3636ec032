import Foundation
import Rein

/// Measures saving and restoring 1, 100, 1,000 and 5,000 policies of 2x64 with the state of their optimizers. All have been
/// trained; where files are shared, two of them have been trained since, as in a league.
///
///     CheckpointBenchmarks [NUMBER OF POLICIES]... [FORMAT]... [ROW]...
///     CheckpointBenchmarks wide
///     CheckpointBenchmarks retention
///
/// Arguments choose other numbers, one format or single rows (`"restore two"`); or, `wide`, what `WideNetworks` measures,
/// which comes last where nothing is chosen; or, `retention`, what `Retention` measures. Files go to the directory for
/// temporary files, which `TMPDIR` names.
@main
struct CheckpointBenchmarks {
    let rows: Set<String>

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let counts = arguments.compactMap { Int($0) }
        let formats = arguments.compactMap { CheckpointFormat(rawValue: $0) }
        let benchmarks = CheckpointBenchmarks(
            rows: Set(arguments.filter { Int($0) == nil && CheckpointFormat(rawValue: $0) == nil }))
        guard !arguments.contains("retention") else { return try Retention.measure() }
        print(Measurement.header)
        guard !arguments.contains("wide") else { return try WideNetworks.measure() }
        for count in counts.isEmpty ? [1, 100, 1000, 5000] : counts {
            for format in !formats.isEmpty ? formats : count > 100 ? [.native] : CheckpointFormat.allCases {
                try benchmarks.measure(count, format)
            }
        }
        if arguments.isEmpty { try WideNetworks.measure() }
    }

    func measure(_ count: Int, _ format: CheckpointFormat) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "rein-benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let algorithm = try Self.algorithm(count)
        let ids = algorithm.policyIDs
        _ = try algorithm.train()

        // A new name each time: file systems are slow to reuse what has just been deleted.
        var saved = 0
        func newPath() -> String {
            saved += 1
            return folder.appendingPathComponent("\(saved)").path
        }
        let measurement = Measurement(policies: count, format: format)
        func row(
            _ name: String, repetitions: Int, evicting path: String? = nil, _ body: () throws -> Void
        ) throws {
            guard rows.isEmpty || rows.contains(name) else { return }
            try measurement.row(name, repetitions: repetitions, evicting: path, body)
        }
        // What touches every policy is repeated less often when they are many.
        let repetitions = count > 1000 ? 3 : count > 100 ? 5 : 9
        let earlier = newPath()
        try algorithm.save(to: earlier, format: format)
        let restored = [ids[count / 2], ids[0]]

        if count <= 100 {
            try row("save, fsync", repetitions: repetitions) { try algorithm.save(to: newPath(), format: format) }
        }
        try row("save", repetitions: repetitions) {
            try algorithm.save(to: newPath(), format: format, synchronizing: false)
        }
        let withTwoThreads = try PPO(restoring: earlier, threads: 2)
        try row("save, two threads", repetitions: repetitions) {
            try withTwoThreads.save(to: newPath(), format: format, synchronizing: false)
        }
        try row("save, sharing all", repetitions: repetitions) {
            try algorithm.save(to: newPath(), format: format, sharingWith: earlier, synchronizing: false)
        }
        try algorithm.setPoliciesToTrain(PolicySelection(Array(ids.prefix(2))))
        _ = try algorithm.train()
        try row("save, sharing all but two", repetitions: repetitions) {
            try algorithm.save(to: newPath(), format: format, sharingWith: earlier, synchronizing: false)
        }
        try row("restore all", repetitions: repetitions, evicting: earlier) { _ = try PPO(restoring: earlier) }
        try row("restore two", repetitions: repetitions, evicting: earlier) {
            _ = try PPO(
                restoring: earlier,
                lineup: LineupChanges(policies: PolicySelection(Array(Set(restored))), mapping: .all(ids[0])))
        }
        try row("restore one to act", repetitions: 99, evicting: earlier) {
            _ = try Policy(restoring: earlier, id: restored[0])
        }
        try row("restore one to act, no checksum", repetitions: 99, evicting: earlier) {
            _ = try Policy(restoring: earlier, id: restored[0], verifyingChecksum: false)
        }
    }

    static func algorithm(_ count: Int) throws -> PPO {
        let ids = try (0..<count).map { try PolicyID("pol\($0)") }
        let agents = (0..<count).map { AgentID("agent_\($0)") }
        return try PPO(
            environment: EnvironmentSpecification(CartPole.self),
            configuration: PPO.Configuration(seed: 1).with {
                $0.environmentCount = 2
                $0.rolloutLength = 16
                $0.epochs = 1
            },
            lineup: Lineup(
                policies: ids, agents: agents,
                mapping: PolicyMapping(rules: zip(agents, ids).map { .init(agents: GlobPattern($0.name), policy: $1) }))
        )
    }
}
