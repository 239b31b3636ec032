import ReinEnvironments
import Testing

@Suite struct MultiAgentRegistryTests {
    @Test(
        "The environments for several agents are known by name, apart from the others",
        arguments: ["MultiAgentCartPole-v1", "TicTacToe-v3", "ConnectFour-v3", "PressurePlates-v0"])
    func builtIn(id: String) throws {
        let specification = try EnvironmentRegistry.multiAgentSpecification(id)
        #expect(specification.id == id)
        #expect(EnvironmentRegistry.allMultiAgent.contains { $0.id == id })
        #expect(!EnvironmentRegistry.all.contains { $0.id == id })
        let vector = specification.makeVector(count: 2, seed: 1)
        #expect(vector.agents == specification.agents && vector.agents.count == 2)
        #expect(vector.observationSpaces == specification.observationSpaces)
        #expect(vector.actionSpaces == specification.actionSpaces)
        #expect((vector.maskWidths[0] > 0) == specification.masksActions)
    }

    @Test("A name of the other kind is an error that says which kind it is")
    func wrongKind() {
        let several = #expect(throws: EnvironmentError.self) {
            try EnvironmentRegistry.specification("TicTacToe-v3")
        }
        #expect(several?.code == .wrongKind)
        #expect(several?.message == "the environment \"TicTacToe-v3\" is for several agents, not for one")
        let one = #expect(throws: EnvironmentError.self) {
            try EnvironmentRegistry.multiAgentSpecification("CartPole-v1")
        }
        #expect(one?.code == .wrongKind)
        #expect(one?.message.contains("is for one agent, not for several") == true)
    }

    @Test(
        "An unknown name is answered with the nearest one of both kinds",
        arguments: [
            ("tictactoe", "TicTacToe-v3", "several agents"), ("CartPole-v7", "CartPole-v1", "one agent"),
            ("ConectFour-v3", "ConnectFour-v3", "several agents"),
        ])
    func unknown(id: String, nearest: String, kind: String) {
        func check(_ error: EnvironmentError?, isOther: Bool) {
            #expect(error?.code == .unknownEnvironment)
            #expect(error?.message.contains("\"\(id)\"; did you mean \"\(nearest)\"") == true)
            #expect(error?.message.contains("\"\(nearest)\", which is for \(kind)?") == isOther)
            #expect(error?.message.contains("PressurePlates-v0") == true)
        }
        let isSeveral = kind == "several agents"
        check(#expect(throws: EnvironmentError.self) { try EnvironmentRegistry.specification(id) }, isOther: isSeveral)
        check(
            #expect(throws: EnvironmentError.self) { try EnvironmentRegistry.multiAgentSpecification(id) },
            isOther: !isSeveral)
    }

    @Test("A name is taken once, by an environment of either kind")
    func registration() throws {
        try EnvironmentRegistry.register(MultiAgentSpecification(Visitors.self, id: "RegisteredVisitors-v0"))
        #expect(try EnvironmentRegistry.multiAgentSpecification("RegisteredVisitors-v0").timeLimit == 23)
        for id in ["RegisteredVisitors-v0", "CartPole-v1", "TicTacToe-v3"] {
            let error = #expect(throws: EnvironmentError.self) {
                try EnvironmentRegistry.register(MultiAgentSpecification(Visitors.self, id: id))
            }
            #expect(error?.code == .alreadyRegistered)
            #expect(throws: EnvironmentError.self) {
                try EnvironmentRegistry.register(EnvironmentSpecification(Corridor.self, id: id))
            }
        }
    }
}
