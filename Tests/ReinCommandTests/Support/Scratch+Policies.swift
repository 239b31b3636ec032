import Foundation
import Rein

extension Scratch {
    /// Settings of tiny policies, those of `Scratch.tiny`.
    static let configuration = PPO.Configuration(seed: 3).with {
        $0.environmentCount = 2
        $0.rolloutLength = 16
        $0.epochs = 1
        $0.minibatchSize = 16
        $0.network.hidden = [8]
    }

    /// Trains policies `pol0`, `pol1` ... each acting for an agent of its own, and saves them as a checkpoint.
    @discardableResult
    func savePolicies(_ count: Int, to name: String, configuration: PPO.Configuration = configuration) throws -> PPO {
        let ids = try (0..<count).map { try PolicyID("pol\($0)") }
        let agents = (0..<count).map { AgentID("agent_\($0)") }
        let algorithm = try PPO(
            environment: EnvironmentSpecification(CartPole.self), configuration: configuration,
            lineup: Lineup(
                policies: ids, agents: agents,
                mapping: PolicyMapping(rules: zip(agents, ids).map { .init(agents: GlobPattern($0.name), policy: $1) }))
        )
        _ = try algorithm.train()
        try algorithm.save(to: path(name))
        return algorithm
    }

    /// The number of a file on its disk.
    func inode(_ name: String) throws -> UInt64? {
        try FileManager.default.attributesOfItem(atPath: path(name))[.systemFileNumber] as? UInt64
    }

    /// Changes a byte in the middle of a file.
    func damage(_ name: String) throws {
        let url = directory.appendingPathComponent(name)
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: url, options: .atomic)
    }
}
