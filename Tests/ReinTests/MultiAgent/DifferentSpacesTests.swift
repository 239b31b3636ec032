import ReinTestSupport
import Testing

@testable import Rein

@Suite("Policies with different spaces")
struct DifferentSpacesTests {
    static let duet = MultiAgentSpecification(Duet.self)
    static let mapping: PolicyMapping = ["caller": "names", "mover": "moves"]
    static let settings = PPO.Configuration(seed: 4).with {
        $0.environmentCount = 8
        $0.rolloutLength = 27
        $0.learningRate = 3e-3
        $0.network.hidden = [16]
    }

    static func algorithm() throws -> PPO {
        try PPO(
            environment: duet, configuration: settings,
            lineup: Lineup(
                policies: ["names", "moves"], mapping: mapping,
                policyConfigurations: ["moves": settings.with { $0.network.logDeviation = -1 }]))
    }

    @Test("A discrete policy with masks and a continuous one learn side by side, and come back")
    func learns() throws {
        let algorithm = try Self.algorithm()
        let before = try algorithm.evaluate(episodes: 1)
        for _ in 0..<20 { _ = try algorithm.train() }
        let after = try algorithm.evaluate(episodes: 1)
        let score = try #require(after.parts(of: "names").first).totalReward
        #expect(score == 9)
        let places = [before, after].map { $0.parts(of: "moves")[0].totalReward }
        #expect(places[1] > -0.05, "\(places)")

        try withTemporaryDirectory { directory in
            try algorithm.save(to: directory + "/duet", synchronizing: false)
            let restored = try PPO(restoring: directory + "/duet", environment: Self.duet, threads: 2)
            for algorithm in [algorithm, restored] { _ = try algorithm.train() }
            let areEqual = MultiAgentTrainingTests.states(of: restored) == MultiAgentTrainingTests.states(of: algorithm)
            #expect(areEqual)

            // A policy of a checkpoint joins, to act for the agent whose spaces it has.
            let saved = try Policy(restoring: directory + "/duet", id: "moves")
            try algorithm.addPolicy("earlier", saved, isTrained: false, mapping: ["caller": "names", "*": "earlier"])
            let isSame = algorithm.policy("earlier")?.network == saved.network
            #expect(isSame)
            _ = try algorithm.train()
            #expect(throws: StateError.self) { try algorithm.setMapping(["*": "earlier"]) }
            #expect(throws: StateError.self) { try algorithm.removePolicy("names", mapping: .all("moves")) }
            #expect(throws: StateError.self) {
                try algorithm.copyPolicy("names", as: "x", mapping: ["caller": "x", "mover": "names"])
            }
            // One that acts for nobody keeps its spaces, which no agent tells.
            try algorithm.setMapping(Self.mapping)
            try algorithm.save(to: directory + "/more", synchronizing: false)
            #expect(try PPO(restoring: directory + "/more", environment: Self.duet).policyIDs.count == 3)
        }
    }

    @Test("A policy cannot act for agents of different spaces, and one for nobody needs to be told its spaces")
    func errors() throws {
        let both = #expect(throws: StateError.self) {
            try PPO(environment: Self.duet, lineup: Lineup(mapping: .all(.default)))
        }
        #expect(both?.message.contains("\"caller\" and \"mover\"") == true)
        let nobody = #expect(throws: StateError.self) {
            try PPO(
                environment: Self.duet, lineup: Lineup(policies: ["names", "moves", "idle"], mapping: Self.mapping))
        }
        #expect(nobody?.message.contains("\"idle\"") == true)
    }
}
