import Foundation
import Testing

@testable import ReinCheckpoints

@Suite("Names that may be meant")
struct NearestNameTests {
    @Test(
        "Near are few changes, beginnings and ends, whatever the case and the marks between words",
        arguments: [
            ("discout", "discount"), ("DISCOUNT", "discount"), ("learning_rate", "learningRate"),
            ("learningrate", "learningRate"), ("network.hiden", "network.hidden"), ("cartpole", "CartPole-v1"),
            ("CartPole-v2", "CartPole-v1"), ("default", "default_policy"), ("CartPole-v1", "zoo/CartPole-v1"),
            ("pp", "ppo"), ("mian", "main"),
        ])
    func near(_ name: String, _ meant: String) {
        #expect(nearestName(to: name, in: ["zzzzzzzzzzzz", meant, "a"]) == meant)
    }

    @Test(
        "Far names are no suggestions",
        arguments: [
            ("lr", ["adam", "learningRate"]), ("LunarLander", ["Pendulum-v1", "CartPole-v1"]), ("a2c", ["sac", "ppo"]),
            ("up", ["left", "ppo"]), ("ent_coef", ["network"]), ("buffer_size", ["clipRange"]), ("", ["a"]), ("x", []),
        ])
    func far(_ name: String, _ names: [String]) { #expect(nearestName(to: name, in: names) == nil) }

    @Test("A name is never its own suggestion, in whichever of its spellings in Unicode")
    func itself() {
        #expect(nearestName(to: "pol0", in: ["pol0"]) == nil)
        #expect(nearestName(to: "pol0", in: ["pol0", "pol1"]) == "pol1")
        #expect(nearestName(to: "caf\u{E9}", in: ["cafe\u{301}"]) == nil)
    }

    @Test("A policy that is listed and has no folder is not suggested in its own place")
    func listedWithoutFolder() throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.path("checkpoint")
        try CheckpointDirectory.writeAlgorithm(
            to: path, format: .native, algorithm: ["a": 1], policies: [("pol0", ["a": 1]), ("pol1", ["a": 1])])
        try FileManager.default.removeItem(atPath: "\(path)/policies/pol0")
        let error = #expect(throws: StateError.self) {
            try CheckpointDirectory(opening: path).policyState("pol0")
        }
        #expect(error?.description.contains("did you mean") == false, "\(error?.description ?? "")")
        #expect(error?.description.contains("policies/pol0: the manifest lists") == true)
    }
}
