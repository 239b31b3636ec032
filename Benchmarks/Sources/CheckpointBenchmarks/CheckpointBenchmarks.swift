import Foundation
import Rein

/// Measures saving and restoring 1, 100, 1,000 and 5,000 policies of 2x64 with the state of their optimizers, or the
/// numbers given as arguments. Of each lot two policies are trained and the others only act, as in a league.
@main
struct CheckpointBenchmarks {
    static func main() throws {
        let counts = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        print(Measurement.header)
        for count in counts.isEmpty ? [1, 100, 1000, 5000] : counts {
            for format in count > 100 ? [.native] : CheckpointFormat.allCases { try measure(count, format) }
        }
    }

    static func measure(_ count: Int, _ format: CheckpointFormat) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "rein-benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let algorithm = try algorithm(count)
        let ids = algorithm.policyIDs
        _ = try algorithm.train()

        // A new name each time: file systems are slow to reuse what has just been deleted.
        var saved = 0
        func newPath() -> String {
            saved += 1
            return folder.appendingPathComponent("\(saved)").path
        }
        var measurement = Measurement(policies: count, format: format, repetitions: count > 100 ? 3 : 9)
        let earlier = newPath()
        try algorithm.save(to: earlier, format: format)
        let restored = [ids[count / 2], ids[0]]

        if count <= 100 {
            try measurement.row("save, fsync") { try algorithm.save(to: newPath(), format: format) }
        }
        try measurement.row("save") { try algorithm.save(to: newPath(), format: format, synchronizing: false) }
        try measurement.row("save, sharing all") {
            try algorithm.save(to: newPath(), format: format, sharingWith: earlier, synchronizing: false)
        }
        _ = try algorithm.train()
        try measurement.row("save, sharing all but two") {
            try algorithm.save(to: newPath(), format: format, sharingWith: earlier, synchronizing: false)
        }
        try measurement.row("restore all", evicting: earlier) { _ = try PPO(restoring: earlier) }
        try measurement.row("restore two", evicting: earlier) {
            _ = try PPO(
                restoring: earlier, policies: PolicySelection(Array(Set(restored))), mapping: .all(ids[0]))
        }
        try measurement.row("restore one to act", evicting: earlier) {
            _ = try Policy(restoring: earlier, id: restored[0])
        }
        try measurement.row("restore one to act, no checksum", evicting: earlier) {
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
            }, policies: ids, agents: agents,
            mapping: PolicyMapping(rules: zip(agents, ids).map { .init(agents: GlobPattern($0.name), policy: $1) }),
            policiesToTrain: Array(ids.prefix(2)))
    }
}
