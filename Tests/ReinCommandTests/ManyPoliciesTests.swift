import Foundation
import Rein
import ReinTestSupport
import Testing

@Suite("rein with many policies")
struct ManyPoliciesTests {
    @Test("Five policies are reduced to two by patterns, and train on")
    func patterns() throws {
        let scratch = try Scratch()
        let five = try scratch.savePolicies(5, to: "five")
        try scratch.done([
            "train", "--resume", "five", "--policies", "pol[01]", "--mapping", "agent_[01]=pol0,*=pol1",
            "--policies-to-train", "*1", "--stop-steps", "64", "--output", "two", "--quiet",
        ])
        let report = try document(scratch.done(["inspect", "two", "--json"]).output)
        #expect(try report.list("policies").map { try $0.string("id") } == ["pol0", "pol1"])
        #expect(try report.list("policiesToTrain").map { try $0.string() } == ["pol1"])
        #expect(try report.child("counters").int("agentSteps") == 320)
        #expect(try Policy(restoring: scratch.path("two/checkpoint_000000"), id: "pol0") == five.policy("pol0"))
        #expect(try Policy(restoring: scratch.path("two/checkpoint_000000"), id: "pol1") != five.policy("pol1"))
    }

    @Test(
        "A pattern that matches nothing, and one where ids are needed, are wrong usage",
        arguments: [
            (["--resume", "five", "--policies", "pol[78]"], "no policy \"pol[78]\"; the policies are"),
            (["--resume", "five", "--policies", "poll0"], "did you mean \"pol0\"?"),
            (["--resume", "five", "--policies-to-train", "pol[78]"], "the policies are \"pol0\""),
            (["--policies", "pol[01]"], "is a pattern"),
            (["--policies", "pol0", "--policies-to-train", "pol1*"], "there is no policy \"pol1*\""),
        ])
    func refusals(_ options: [String], _ words: String) throws {
        let scratch = try Scratch()
        try scratch.savePolicies(2, to: "five")
        let outcome = try CommandProcess(
            ["train", "--stop-steps", "64", "--output", "run"] + options, in: scratch.directory
        ).wait()
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(!scratch.exists("run"))
    }

    @Test("Checkpoints of a run share the files of policies that are not trained, also after resuming")
    func sharing() throws {
        let scratch = try Scratch()
        try scratch.train(
            "run", ["--policies", "a,b", "--mapping", "*=a", "--policies-to-train", "a", "--checkpoint-every", "1"])
        try scratch.done(["train", "--resume", "run", "--stop-steps", "96", "--quiet"])
        func inodes(_ id: String) throws -> Set<UInt64?> {
            Set(
                try (0..<3).map {
                    try scratch.inode("run/checkpoint_00000\($0)/policies/\(id)/policy_state.safetensors")
                })
        }
        #expect(try inodes("a").count == 3)
        if !hasFileClones { #expect(try inodes("b").count == 1) }
        try scratch.done(["train", "--resume", "run", "--stop-steps", "128", "--quiet", "--no-sharing"])
        let last = "run/checkpoint_000003/policies/b/policy_state.safetensors"
        #expect(try !inodes("b").contains(scratch.inode(last)))
        #expect(
            try scratch.files("run/checkpoint_000003/policies/b") == scratch.files("run/checkpoint_000002/policies/b"))
        try FileManager.default.removeItem(atPath: scratch.path("run/checkpoint_000000"))
        for number in 1...2 { try scratch.done(["verify", "run/checkpoint_00000\(number)"]) }
    }

    @Test("inspect shows the size of each policy, and an unknown one is an error with the nearest")
    func sizes() throws {
        let scratch = try Scratch()
        try scratch.savePolicies(3, to: "three")
        let report = try document(scratch.done(["inspect", "three", "--json"]).output)
        let files = try scratch.files("three/policies/pol1")
        let policy = try #require(try report.list("policies").dropFirst().first)
        #expect(try policy.string("id") == "pol1")
        #expect(try policy.int("bytes") == files.values.map(\.count).reduce(0, +))
        #expect(try scratch.done(["inspect", "three"]).output.contains(" kB"))
        let unknown = try scratch.rein("inspect", "three", "--policy", "pol4")
        #expect(unknown.code == 2)
        #expect(unknown.errors.contains("did you mean \"pol"), "\(unknown.errors)")
    }

    @Test("extract makes a checkpoint of one policy", arguments: [nil, "msgpack"] as [String?])
    func extracts(format: String?) throws {
        let scratch = try Scratch()
        let algorithm = try scratch.savePolicies(3, to: "three")
        let options = format.map { ["--format", $0] } ?? []
        try scratch.done(["extract", "three", "--policy", "pol1", "one"] + options)
        try scratch.done(["verify", "one"])
        #expect(try Policy(restoring: scratch.path("one")) == algorithm.policy("pol1"))
        if format == nil { #expect(try scratch.files("one") == scratch.files("three/policies/pol1")) }
        try scratch.done(["evaluate", "one", "--environment", "CartPole-v1", "--episodes", "1", "--json"])
    }

    @Test("extract never leaves a part, and says what is wrong")
    func extractErrors() throws {
        let scratch = try Scratch()
        try scratch.savePolicies(2, to: "two")
        try scratch.write("mine", to: "taken")
        try scratch.damage("two/policies/pol1/policy_state.safetensors")
        for (arguments, code, words) in [
            (["two", "out"], 2, "choose one"), (["two", "out", "--policy", "pol3"], 2, "did you mean"),
            (["two", "out", "--policy", "pol1"], 1, "policies/pol1/policy_state.safetensors"),
            (["two", "taken", "--policy", "pol0"], 2, "taken"), (["none", "out"], 2, "none"),
            (["two/policies/pol0", "out"], 2, "single policy already"),
        ] as [([String], Int32, String)] {
            let outcome = try CommandProcess(["extract"] + arguments, in: scratch.directory).wait()
            #expect(outcome.code == code && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("")).sorted() == ["taken", "two"])
        }
        #expect(try scratch.text("taken") == "mine")
    }
}
