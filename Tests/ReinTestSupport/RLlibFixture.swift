import Foundation
package import ReinCheckpoints
package import ReinPolicies
import ReinSpaces
package import Testing

/// A policy that real RLlib 2.10 saved, and what RLlib computed with it without exploring.
package struct RLlibFixture {
    /// The policy's checkpoint.
    package let path: String
    package let observations: [[Float]]
    package let actions: [[Float]]
    /// Logits; action values; means and log standard deviations.
    package let outputs: [[Float]]
    /// State values, where RLlib gives them.
    package let values: [Float]?

    /// The directory of all of them.
    package static var directory: String {
        get throws {
            try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures/RLlib").path
        }
    }

    /// Policies by themselves.
    package static let names = [
        "ppo_pendulum_filter", "ppo_pendulum_free", "ppo_choices", "ppo_elu", "dqn_dueling", "dqn_plain",
        "dqn_leaky_relu", "sac_cartpole", "ppo_integers", "ppo_gelu", "dqn_sigmoid", "sac_single", "ppo_index",
        "dqn_indices", "sac_index", "ppo_bits", "ppo_matrix", "dqn_matrix", "sac_matrix",
    ]
    /// Those that act, with networks that training does not go on from.
    package static let actingOnly = ["dqn_dueling_bare", "dqn_bits_dueling", "sac_index_torques", "sac_matrix_torques"]
    /// Algorithms, with the number of their policies.
    package static let algorithms = [("dqn_cartpole", 1), ("ppo_cartpole", 1), ("ppo_multi", 5), ("sac_pendulum", 1)]

    /// Copies a checkpoint of RLlib's to a place, and changes its state.
    package static func copy(_ source: String, to path: String, changing change: (StateTree) throws -> StateTree) throws
    {
        try FileManager.default.copyItem(atPath: source, toPath: path)
        let checkpoint = try CheckpointDirectory(opening: path)
        let state = try checkpoint.kind == .policy ? checkpoint.policyState() : checkpoint.algorithmState()
        let name = checkpoint.kind == .policy ? "policy_state" : "algorithm_state"
        try Data(MessagePackCodec().encode(change(state))).write(to: URL(fileURLWithPath: "\(path)/\(name).msgpck"))
    }

    /// The fixture of a policy by itself.
    package init(_ name: String) throws {
        let path = try "\(Self.directory)/\(name)"
        try self.init(path: path, StateReader(Self.json("\(path)/expected.json")))
    }

    /// The fixtures of the policies of an algorithm by their ids.
    package static func policies(of name: String) throws -> [(id: PolicyID, fixture: RLlibFixture)] {
        let path = try "\(directory)/\(name)"
        return try StateReader(json("\(path)/expected.json")).child("policies").map().map { id, expected in
            (try PolicyID(id), try RLlibFixture(path: "\(path)/checkpoint/policies/\(id)", expected))
        }
    }

    /// Numbers that RLlib's code left, under a name.
    package static func recording(_ name: String) throws -> StateReader {
        StateReader(try json("\(directory)/\(name).json"))
    }

    private static func json(_ path: String) throws -> StateTree {
        try JSON.parse([UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
    }

    private init(path: String, _ expected: StateReader) throws {
        func row(_ reader: StateReader) throws -> [Float] {
            guard case .list = reader.tree else { return [Float(try reader.double())] }
            return try reader.list().map { Float(try $0.double()) }
        }
        func rows(_ key: String) throws -> [[Float]]? { try expected.optionalChild(key)?.list().map(row) }
        self.path = path
        observations = try #require(try rows("observations"))
        actions = try #require(try rows("actions"))
        let pair = try rows("mean").flatMap { means in try rows("log_std").map { zip(means, $0).map { $0 + $1 } } }
        outputs = try #require(try rows("outputs") ?? rows("logits") ?? rows("q_values") ?? pair)
        values = try rows("values")?.flatMap { $0 }
    }

    /// Compares a policy with what RLlib computed.
    package func expectSame(_ policy: Policy, sourceLocation: SourceLocation = #_sourceLocation) {
        var largest: Float = 0
        var differentActions = 0
        for (observation, (action, output)) in zip(observations, zip(actions, outputs)) {
            let found = policy.outputs(for: observation)
            #expect(found.count == output.count, sourceLocation: sourceLocation)
            for (left, right) in zip(found, output) { largest = max(largest, abs(left - right)) }
            switch policy.action(for: observation) {
            case .discrete(let index): differentActions += Float(index) == action[0] ? 0 : 1
            case .multiDiscrete(let indices): differentActions += indices.map { Float($0) } == action ? 0 : 1
            case .continuous(let elements):
                for (left, right) in zip(elements, action) { largest = max(largest, abs(left - right)) }
            }
        }
        #expect(differentActions == 0, sourceLocation: sourceLocation)
        #expect(largest <= 1e-5, sourceLocation: sourceLocation)
    }

    /// The tree of a file as other programs see it.
    package static func file(_ path: String, _ name: String = "policy_state") throws -> StateMap {
        let bytes = try #require(try files(below: path)["\(name).msgpck"])
        let tree = try MessagePackCodec().decode(plain: StateBytes(bytes))
        guard case .map(let map) = tree else { return [:] }
        return map
    }

    /// A copy of a tree with another value at a place.
    package static func replacing(_ place: [String], by value: StateTree, in tree: StateTree) -> StateTree {
        guard let key = place.first, case .map(var map) = tree else { return value }
        map[key] = replacing(Array(place.dropFirst()), by: value, in: map[key] ?? .map([:]))
        return .map(map)
    }
}
