import Foundation
import Rein
import Testing

@Suite("rein predict, observations that have parts")
struct PredictPartsTests {
    static func policy() throws -> Policy {
        let architecture = ActorCriticArchitecture(
            inputs: 7, outputs: 3, hidden: [4], activation: .tanh, value: .none)
        var policy = try Policy(
            observationSpace: Box(-1...1, shape: [7]), actionSpace: .discrete(3), network: ActorCritic(architecture))
        for index in policy.network.parameters.indices { policy.network.parameters[index] = Float(index % 7) - 3 }
        policy.observationEncoding = try ObservationEncoding(parts: [
            ObservationPart(["position"], .numbers(shape: [2])), ObservationPart(["goal", "x"], .numbers(shape: [1])),
            ObservationPart(["color"], .oneHot(counts: [4], starts: [1])),
        ])
        return policy
    }

    @Test("Objects by name stand for the row that they make, and so does the row")
    func objects() throws {
        let scratch = try Scratch()
        try Self.policy().save(to: scratch.path("policy"))
        #expect(try Policy(restoring: scratch.path("policy")) == Self.policy())
        let requests = [
            #"{"observation": {"position": [0.5, -1], "goal": {"x": 1}, "color": 3}}"#,
            #"{"observation": {"color": 3, "goal": {"x": [1]}, "position": [0.5, -1]}}"#,
            #"{"observation": [0.5, -1, 1, 0, 0, 1, 0]}"#,
        ]
        let outcome = try scratch.done(["predict", "policy"], input: requests.joined(separator: "\n") + "\n")
        let answers = outcome.output.split(separator: "\n")
        try #require(answers.count == 3)
        #expect(Set(answers).count == 1)
        let other = try scratch.done(
            ["predict", "policy"],
            input: #"{"observation": {"position": [0.5, -1], "goal": {"x": 1}, "color": 1}}"# + "\n")
        #expect(other.output.split(separator: "\n") != [answers[0]])
    }

    @Test(
        "What does not fit is refused with its place",
        arguments: [
            (#"{"position": [0, 1], "goal": {"y": 1}, "color": 1}"#, ["observation/goal/y"]),
            (#"{"position": [0, 1], "gaol": {"x": 1}, "color": 1}"#, ["observation/gaol", "did you mean \"goal\"?"]),
            (#"{"position": [0, 1], "goal": {"x": 1}, "color": 0}"#, ["observation/color", "expected 1 to 4"]),
            (#"{"position": [0, 1], "goal": {"x": 1}}"#, ["observation/color", "missing"]),
            (#"[1, 2]"#, ["an object with \"position\", \"goal\", \"color\" or a row of 7 numbers"]),
        ])
    func mistakes(observation: String, words: [String]) throws {
        let scratch = try Scratch()
        try Self.policy().save(to: scratch.path("policy"))
        let outcome = try scratch.rein("predict", "policy", input: "{\"observation\": \(observation)}\n")
        #expect(outcome.code != 0)
        for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
    }

    @Test("rein inspect shows the parts in a line, and exports say them")
    func inspection() throws {
        let scratch = try Scratch()
        try Self.policy().save(to: scratch.path("policy"))
        let line = "position: 2 numbers; goal/x: 1 number; color: one of 4 from 1 on"
        let text = try scratch.done(["inspect", "policy"]).output
        #expect(text.split(separator: "\n").contains("observations: \(line)"), "\(text)")
        let json = try scratch.done(["inspect", "policy", "--json"]).output
        let document = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let policies = try #require(document["policies"] as? [[String: Any]])
        let encoding = try #require(policies.first?["observationEncoding"] as? [String: Any])
        #expect((encoding["parts"] as? [[String: Any]])?.count == 3)
        let exported = try scratch.done(["export", "policy", "policy.h", "--to", "c"])
        #expect((exported.output + exported.errors).contains(line))
        let header = try String(contentsOfFile: scratch.path("policy.h"), encoding: .utf8)
        #expect(header.contains("color: one of 4 from 1 on"))
    }
}
