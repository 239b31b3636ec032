import Rein
import Testing

@Suite("Ids that are too like each other")
struct PolicyIDClashTests {
    @Test("Ids that differ in upper and lower case alone are refused in an algorithm, from the start and later")
    func algorithm() throws {
        let configuration = PPO.Configuration().with { $0.network.hidden = [4] }
        let both = #expect(throws: StateError.self) {
            try PPO(
                environment: CartPole.self, configuration: configuration,
                lineup: Lineup(policies: ["left", "Left"], mapping: ["*": "left"]))
        }
        #expect(both?.code == .alreadyExists)
        #expect(both?.message.contains("\"left\" and \"Left\" differ in upper and lower case alone") == true)
        let algorithm = try PPO(
            environment: CartPole.self, configuration: configuration, lineup: Lineup(policies: ["left"]))
        for body in [
            { try algorithm.addPolicy("LEFT", isTrained: false) },
            { try algorithm.copyPolicy("left", as: "Left") },
        ] {
            let error = #expect(throws: StateError.self) { try body() }
            #expect(error?.message.contains("upper and lower case") == true, "\(String(describing: error))")
        }
        #expect(algorithm.policyIDs == ["left"])
    }
}
