import Foundation
import Rein
import Testing

@Suite("rein predict, observations that are indices")
struct PredictIndicesTests {
    @Test(
        "Indices stand for the row that they make, and are checked",
        arguments: [([5], "3", "[0,0,0,1,0]"), ([3, 2], "[2,0]", "[0,0,1,1,0]")])
    func indices(counts: [Int], given: String, row: String) throws {
        let scratch = try Scratch()
        let architecture = ActorCriticArchitecture(
            inputs: 5, outputs: 3, hidden: [4], activation: .tanh, value: .none)
        var policy = try Policy(
            observationSpace: Box(0...1, shape: [5]), actionSpace: .discrete(3), network: ActorCritic(architecture))
        for index in policy.network.parameters.indices { policy.network.parameters[index] = Float(index % 7) - 3 }
        policy.observationEncoding = .oneHot(counts: counts)
        try policy.save(to: scratch.path("policy"))
        #expect(try Policy(restoring: scratch.path("policy")) == policy)
        let outcome = try scratch.done(
            ["predict", "policy"], input: "{\"observation\": \(given)}\n{\"observation\": \(row)}\n")
        let answers = outcome.output.split(separator: "\n")
        try #require(answers.count == 2)
        #expect(answers[0] == answers[1])
        let refused = try scratch.rein("predict", "policy", input: "{\"observation\": 9}\n")
        #expect(refused.code != 0)
        #expect(refused.errors.contains("expected indices of 0 to"))
    }
}
