import ReinCheckpoints
import ReinPolicies
import ReinTestSupport
import Testing

@testable import ReinRLlib

@Suite("Damaged policies of RLlib's")
struct RLlibPolicyDamageTests {
    /// Two of DQN's forms are read by adding and multiplying weights.
    @Test(
        "Weights that are finite, and whose sums are not, are refused",
        arguments: ["dqn_dueling_bare", "dqn_bits_dueling"])
    func sums(name: String) throws {
        let file = try CheckpointDirectory(opening: RLlibFixture(name).path).policyState()
        let weights = try StateReader(file).child("weights").map().map { name, reader throws(StateError) in
            let tensor = try reader.tensor()
            let numbers = (0..<tensor.count).map { $0 % 2 == 0 ? 3e38 : -3e38 as Float }
            return (name, StateTree.tensor(StateTensor(numbers, shape: tensor.shape)))
        }
        let changed = RLlibFixture.replacing(
            ["weights"], by: .map(StateMap(uniqueEntries: weights)), in: file)
        let error = #expect(throws: StateError.self) { try Policy(restoringFile: changed) }
        #expect(error?.code == .outOfRange && error?.path.hasPrefix("network/") == true, "\(String(describing: error))")
    }

    @Test("Statistics of impossible numbers of observations are refused, with their place")
    func statistics() throws {
        var file = try CheckpointDirectory(opening: RLlibFixture("ppo_pendulum_filter").path).policyState()
        let rllib = try RLlibPolicy(StateReader(file))
        #expect(rllib.policy.observationNormalizer != nil)
        for count in [0, -1, Int64.max] {
            file = Self.replacingAll("num_pushes", by: .int(count), in: file)
            let error = try #require(throws: StateError.self) { _ = try Policy(restoringFile: file) }
            #expect(error.path.contains("running_stats"), "\(error)")
        }
    }

    /// A tree in which every value of a key is another one.
    static func replacingAll(_ name: String, by value: StateTree, in tree: StateTree) -> StateTree {
        switch tree {
        case .list(let list): return .list(list.map { replacingAll(name, by: value, in: $0) })
        case .map(let map):
            var changed = StateMap()
            for (key, old) in map { changed[key] = key == name ? value : replacingAll(name, by: value, in: old) }
            return .map(changed)
        default: return tree
        }
    }
}
