import Foundation
import Rein
import ReinTestSupport
import Testing

@Suite("Several policies, and parts of them")
struct PolicySubsetTests {
    static let ids: [PolicyID] = ["pol0", "pol1", "pol2", "pol3", "pol4"]
    static let agents: [AgentID] = ["agent_0", "agent_1", "agent_2", "agent_3", "agent_4"]
    static let configuration = PPO.Configuration(seed: 2).with {
        $0.environmentCount = 2
        $0.rolloutLength = 16
        $0.epochs = 1
        $0.network.hidden = [8]
    }

    static func algorithm() throws -> PPO {
        try PPO(
            environment: EnvironmentSpecification(CartPole.self), configuration: configuration,
            lineup: Lineup(
                policies: ids, agents: agents,
                mapping: ["agent_0": "pol0", "agent_1": "pol1", "agent_2": "pol2", "agent_3": "pol3", "*": "pol4"],
                policiesToTrain: ["pol0", "pol1", "pol2"]))
    }

    @Test("Trained policies change, the others only act")
    func frozen() throws {
        let algorithm = try Self.algorithm()
        let before = Self.ids.map { algorithm.policy($0)?.network.parameters }
        let result = try algorithm.train()
        for (index, id) in Self.ids.enumerated() {
            #expect((algorithm.policy(id)?.network.parameters == before[index]) == (index > 2), "\(id)")
            #expect((result.policy(id)?.metrics.isEmpty ?? true) == (index > 2))
        }
        #expect(result.counters.environmentSteps == 32)
        #expect(result.counters.agentSteps == 160)
        #expect(algorithm.policy("none") == nil)
    }

    @Test("Policies of one algorithm start from weights of their own")
    func differentWeights() throws {
        let algorithm = try Self.algorithm()
        #expect(algorithm.policy("pol0")?.network.parameters != algorithm.policy("pol1")?.network.parameters)
    }

    @Test("Five policies are reduced to two with a new mapping, reading only their files, and train on")
    func subset() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm()
            _ = try algorithm.train()
            try algorithm.save(to: directory + "/five")
            for id in ["pol2", "pol3", "pol4"] {
                try FileManager.default.removeItem(atPath: directory + "/five/policies/\(id)")
            }
            let reduced = try PPO(
                restoring: directory + "/five",
                lineup: LineupChanges(policies: ["pol0", "pol1"], mapping: ["agent_[01]": "pol0", "*": "pol1"]))
            #expect(reduced.policyIDs == ["pol0", "pol1"])
            #expect(reduced.policiesToTrain == ["pol0", "pol1"])
            for id in reduced.policyIDs { #expect(reduced.policy(id) == algorithm.policy(id)) }
            let result = try reduced.train()
            #expect(result.counters.environmentSteps == 64)
            #expect(reduced.policy("pol1") != algorithm.policy("pol1"))
            try reduced.save(to: directory + "/two")
            let again = try PPO(restoring: directory + "/two")
            #expect(again.state == reduced.state)
        }
    }

    @Test("Five policies are reduced to two by patterns: agents 0 and 1 to the first, the others to the second")
    func patterns() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm()
            _ = try algorithm.train()
            try algorithm.save(to: directory + "/five")
            let reduced = try PPO(
                restoring: directory + "/five",
                lineup: LineupChanges(
                    policies: ["pol[01]"], mapping: ["agent_[01]": "pol0", "agent_*": "pol1"], policiesToTrain: ["*1"]))
            #expect(reduced.policyIDs == ["pol0", "pol1"])
            #expect(reduced.policiesToTrain == ["pol1"])
            let result = try reduced.train()
            // Three agents in two copies of the environment.
            #expect(result.counters.agentSteps == 160 + 160)
            #expect(reduced.policy("pol0")?.network.parameters == algorithm.policy("pol0")?.network.parameters)
            #expect(reduced.policy("pol1") != algorithm.policy("pol1"))
            let error = try #require(throws: StateError.self) {
                try PPO(restoring: directory + "/five", lineup: LineupChanges(policies: ["pol[78]"]))
            }
            #expect(error.code == .notFound && error.path.hasSuffix("five"))
            #expect(Self.ids.allSatisfy { error.message.contains("\"\($0)\"") }, "\(error)")
            #expect(throws: StateError.self) {
                try PPO(
                    restoring: directory + "/five",
                    lineup: LineupChanges(policies: ["pol0"], mapping: .all("pol0"), policiesToTrain: ["pol1*"]))
            }
        }
    }

    @Test("A hundred policies are reduced to two, and train on")
    func hundred() throws {
        let ids = try (0..<100).map { try PolicyID("pol\($0)") }
        let agents = (0..<100).map { AgentID("agent_\($0)") }
        let algorithm = try PPO(
            environment: EnvironmentSpecification(CartPole.self), configuration: Self.configuration,
            lineup: Lineup(
                policies: ids, agents: agents,
                mapping: PolicyMapping(rules: zip(agents, ids).map { .init(agents: GlobPattern($0.name), policy: $1) }))
        )
        try withTemporaryDirectory { directory in
            try algorithm.save(to: directory + "/hundred", synchronizing: false)
            let reduced = try PPO(
                restoring: directory + "/hundred",
                lineup: LineupChanges(policies: ["pol7", "pol42"], mapping: ["agent_?": "pol7", "*": "pol42"]))
            #expect(reduced.policyIDs == ["pol7", "pol42"])
            #expect(reduced.policy("pol42") == algorithm.policy("pol42"))
            let result = try reduced.train()
            #expect(result.counters.agentSteps == 100 * 32)
            #expect(reduced.policy("pol42") != algorithm.policy("pol42"))
        }
    }

    @Test("Saving again shares the files of policies that only act, and both checkpoints restore")
    func sharing() throws {
        func inode(_ path: String) throws -> UInt64? {
            try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64
        }
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm()
            _ = try algorithm.train()
            let (first, second) = (directory + "/0", directory + "/1")
            try algorithm.save(to: first)
            _ = try algorithm.train()
            try algorithm.save(to: second, sharingWith: first)
            for id in Self.ids {
                let file = "/policies/\(id)/policy_state.safetensors"
                let isShared = !hasFileClones && ["pol3", "pol4"].contains(id)
                #expect(try (inode(first + file) == inode(second + file)) == isShared, "\(id)")
            }
            try FileManager.default.removeItem(atPath: first)
            try CheckpointDirectory(opening: second).verify()
            #expect(try PPO(restoring: second).state == algorithm.state)
        }
    }

    @Test("Unknown ids, a mapping to a dropped policy and a train list that names one list the ids there are")
    func errors() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/five"
            try Self.algorithm().save(to: path)
            func message(_ body: () throws -> PPO) throws -> String {
                try #require(throws: StateError.self) { _ = try body() }.description
            }
            let unknown = try message { try PPO(restoring: path, lineup: LineupChanges(policies: ["pol0", "pol9"])) }
            #expect(unknown.contains("\"pol9\"") && Self.ids.allSatisfy { unknown.contains("\"\($0)\"") }, "\(unknown)")
            let mapping = try message { try PPO(restoring: path, lineup: LineupChanges(policies: ["pol0"])) }
            #expect(mapping.contains("\"pol1\"") && mapping.contains("the policies are \"pol0\""), "\(mapping)")
            let train = try message {
                try PPO(
                    restoring: path,
                    lineup: LineupChanges(policies: ["pol0"], mapping: .all("pol0"), policiesToTrain: ["pol0", "pol2"]))
            }
            #expect(train.contains("\"pol2\"") && train.contains("policies are \"pol0\""), "\(train)")
            let one = try #require(throws: StateError.self) { _ = try Policy(restoring: path) }.description
            #expect(Self.ids.allSatisfy { one.contains("\($0)") }, "\(one)")
            let none = try #require(throws: StateError.self) { _ = try Policy(restoring: path, id: "pol9") }.description
            #expect(none.contains("pol9"), "\(none)")
        }
    }

    @Test("Restoring one policy touches only its own files")
    func ownFiles() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm()
            try algorithm.save(to: directory + "/five")
            try FileManager.default.removeItem(atPath: directory + "/five/algorithm_state.safetensors")
            for id in ["pol0", "pol1", "pol2", "pol4"] {
                try FileManager.default.removeItem(atPath: directory + "/five/policies/\(id)/policy_state.safetensors")
            }
            #expect(try Policy(restoring: directory + "/five", id: "pol3") == algorithm.policy("pol3"))
        }
    }
}
