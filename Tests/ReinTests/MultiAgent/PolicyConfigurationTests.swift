import ReinTestSupport
import Testing

@testable import Rein

@Suite("Policies with settings of their own")
struct PolicyConfigurationTests {
    static let base = MultiAgentTrainingTests.ppo

    @Test("Networks and hyperparameters differ, train, and come back", arguments: CheckpointFormat.allCases)
    func differ(format: CheckpointFormat) throws {
        let small = Self.base.with {
            $0.network.hidden = [4]
            $0.learningRate = .piecewise([.init(step: 0, value: 1e-3), .init(step: 1000, value: 0)])
            $0.targetKL = 0.5
            $0.discount = 0.5
            $0.normalizesObservations = true
        }
        func algorithm() throws -> PPO {
            try PPO(
                environment: MultiAgentCartPole.self, configuration: Self.base,
                lineup: Lineup(
                    policies: ["p", "q"], mapping: ["agent_0": "p", "*": "q"], policyConfigurations: ["q": small]))
        }
        let whole = try algorithm()
        #expect(whole.configuration(of: "p") == Self.base && whole.configuration(of: "q") == small)
        #expect(whole.policy("q")?.network.architecture.hidden == [4])
        #expect(whole.policy("p")?.observationNormalizer == nil && whole.policy("q")?.observationNormalizer != nil)
        for _ in 0..<3 { _ = try whole.train() }
        try withTemporaryDirectory { directory in
            let first = try algorithm()
            _ = try first.train()
            try first.save(to: directory + "/one", format: format, synchronizing: false)
            let second = try PPO(restoring: directory + "/one", threads: 2)
            #expect(second.configuration(of: "q") == small)
            for _ in 0..<2 { _ = try second.train() }
            let areEqual =
                MultiAgentTrainingTests.states(of: second) == MultiAgentTrainingTests.states(of: whole)
            #expect(areEqual)
            let alone = try PPO(
                restoring: directory + "/one", lineup: LineupChanges(policies: ["p"], mapping: .all("p")))
            #expect(alone.configuration(of: "q") == nil && alone.lineup.policyConfigurations.isEmpty)
        }
    }

    @Test("A policy learns with its own settings as if they were everybody's")
    func own() throws {
        let slow = Self.base.with { $0.learningRate = 1e-5 }
        let mapping: PolicyMapping = ["agent_0": "p", "*": "q"]
        let mixed = try PPO(
            environment: MultiAgentCartPole.self, configuration: Self.base,
            lineup: Lineup(policies: ["p", "q"], mapping: mapping, policyConfigurations: ["q": slow]))
        let all = try PPO(
            environment: MultiAgentCartPole.self, configuration: slow,
            lineup: Lineup(policies: ["p", "q"], mapping: mapping))
        let none = try PPO(
            environment: MultiAgentCartPole.self, configuration: Self.base,
            lineup: Lineup(policies: ["p", "q"], mapping: mapping))
        for algorithm in [mixed, all, none] { _ = try algorithm.train() }
        let ownSettings = mixed.policy("q")?.network == all.policy("q")?.network
        let baseSettings = mixed.policy("p")?.network == none.policy("p")?.network
        let differs = mixed.policy("q")?.network != none.policy("q")?.network
        #expect(ownSettings && baseSettings && differs)
    }

    @Test("What all policies have in common cannot be set for one")
    func shared() throws {
        for (key, configuration) in [
            ("seed", Self.base.with { $0.seed = 6 }), ("environmentCount", Self.base.with { $0.environmentCount = 6 }),
            ("rolloutLength", Self.base.with { $0.rolloutLength = 6 }), ("epochs", Self.base.with { $0.epochs = 0 }),
        ] {
            let error = #expect(throws: ConfigurationError.self) {
                try PPO(
                    environment: MultiAgentCartPole.self, configuration: Self.base,
                    lineup: Lineup(
                        policies: ["p", "q"], mapping: .all("p"), policyConfigurations: ["q": configuration]))
            }
            #expect(error?.key == "q:\(key)")
        }
        for id in ["r", "*"] as [PolicyID] {
            let unknown = #expect(throws: StateError.self) {
                try PPO(
                    environment: MultiAgentCartPole.self, configuration: Self.base,
                    lineup: Lineup(
                        policies: ["p", "q"], mapping: .all("p"),
                        policyConfigurations: [id: Self.base.with { $0.epochs = 3 }]))
            }
            #expect(unknown?.message.contains("\"\(id)\"") == true)
        }
    }
}
