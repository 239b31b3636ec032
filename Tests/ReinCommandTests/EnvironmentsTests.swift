import Rein
import Testing

@Suite("rein environments")
struct EnvironmentsTests {
    /// What the command has by itself; other tests of this process may have registered more.
    static let builtIn = [
        "Acrobot-v1", "CartPole-v0", "CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1",
        "ConnectFour-v3", "MultiAgentCartPole-v1", "PressurePlates-v0", "TicTacToe-v3",
    ]

    @Test("The table lists every environment")
    func table() throws {
        let output = try Scratch().done(["environments"]).output
        for id in Self.builtIn { #expect(output.contains(id)) }
    }

    @Test("The JSON document says spaces, time limit and threshold")
    func json() throws {
        let list = try document(Scratch().done(["environments", "--json"]).output).list()
        #expect(try list.map { try $0.string("id") } == Self.builtIn)
        let cartPole = try #require(try list.first { try $0.string("id") == "CartPole-v1" })
        #expect(try cartPole.int("timeLimit") == 500)
        #expect(try cartPole.double("rewardThreshold") == 475)
        #expect(try !cartPole.bool("masksActions"))
        #expect(try cartPole.child("actionSpace").int("count") == 2)
        #expect(try cartPole.child("observationSpace").list("shape").map { try $0.int() } == [4])
        let game = try #require(try list.first { try $0.string("id") == "TicTacToe-v3" })
        #expect(try game.child("agents").list().map { try $0.string() } == ["player_1", "player_2"])
        #expect(try game.bool("masksActions") && game.child("actionSpaces").list().count == 2)
    }
}
