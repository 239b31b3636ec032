import Rein
import Testing

@Suite("rein evaluate")
struct EvaluateTests {
    @Test("The JSON document has the returns of the library's own evaluation")
    func json() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        let report = try document(
            scratch.done(["evaluate", "run", "--episodes", "5", "--seed", "7", "--json"]).output)
        let evaluator = Evaluator(environment: try EnvironmentRegistry.specification("CartPole-v1"), seed: 7)
        let policy = try Policy(restoring: scratch.path("run/checkpoint_000000"))
        let summary = try #require(EpisodeSummary(try evaluator.episodes(5, of: policy)))
        #expect(try report.double("returnMean") == summary.returnMean)
        #expect(try report.double("returnDeviation") == summary.returnDeviation)
        #expect(try report.double("returnMinimum") == summary.returnMinimum)
        #expect(try report.double("returnMaximum") == summary.returnMaximum)
        #expect(try report.double("lengthMean") == summary.lengthMean)
        #expect(try report.int("episodes") == 5)
        #expect(try report.string("policy") == "default_policy")
    }

    @Test("The table names environment, policy and seeds")
    func table() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        let output = try scratch.done(["evaluate", "run", "--episodes", "2"]).output
        #expect(output.contains("CartPole-v1, policy default_policy of run/checkpoint_000000"))
        #expect(output.contains("seeds 0 to 1"))
        #expect(output.contains("deviation"))
    }

    @Test("A policy alone needs an environment, and one that it fits")
    func policyAlone() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        let policy = "run/checkpoint_000000/policies/default_policy"
        let none = try scratch.rein("evaluate", policy)
        #expect(none.code == 2)
        #expect(none.errors.contains("--environment"))
        try scratch.done(["evaluate", policy, "--environment", "CartPole-v1", "--episodes", "1"])
        let other = try scratch.rein("evaluate", policy, "--environment", "Pendulum-v1")
        #expect(other.code == 2)
        #expect(other.errors.contains("Pendulum-v1"))
        let unknown = try scratch.rein("evaluate", policy, "--environment", "CartPole")
        #expect(unknown.code == 2)
        #expect(unknown.errors.contains("did you mean"))
    }
}
