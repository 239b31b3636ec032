import Rein
import Testing

@Suite("rein environments")
struct EnvironmentsTests {
    @Test("The table lists every environment")
    func table() throws {
        let output = try Scratch().done(["environments"]).output
        for environment in EnvironmentRegistry.all { #expect(output.contains(environment.id)) }
    }

    @Test("The JSON document says spaces, time limit and threshold")
    func json() throws {
        let list = try document(Scratch().done(["environments", "--json"]).output).list()
        #expect(list.count == EnvironmentRegistry.all.count)
        let cartPole = try #require(try list.first { try $0.string("id") == "CartPole-v1" })
        #expect(try cartPole.int("timeLimit") == 500)
        #expect(try cartPole.double("rewardThreshold") == 475)
        #expect(try cartPole.child("actionSpace").int("count") == 2)
        #expect(try cartPole.child("observationSpace").list("shape").map { try $0.int() } == [4])
    }
}
