import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import Testing

/// Saving in the middle of episodes.
@Suite struct MultiAgentStateTests {
    static let specifications =
        EnvironmentRegistry.allMultiAgent.filter { !$0.id.contains("Registered") }
        + [MultiAgentSpecification(Visitors.self)]

    @Test("A vector restored in the middle of its episodes goes on with the same bits", arguments: specifications)
    func resume(specification: MultiAgentSpecification) throws {
        var saved = MultiAgentRun(specification.makeVector(count: 3, seed: 11))
        try saved.resetAll()
        for _ in 0..<17 {
            saved.act()
            try saved.stepAll()
            try saved.resetEnded()
        }
        let state = saved.vector.state
        #expect(try JSON.parse(JSON.text(state)) == state)

        var restored = MultiAgentRun(specification.makeVector(count: 3, seed: 99))
        try restored.resetAll()
        try restored.vector.restore(from: state)
        #expect(restored.vector.state == state)
        restored.random = saved.random
        for _ in 0..<150 {
            saved.act()
            restored.act()
            try saved.stepAll()
            try restored.stepAll()
            #expect(restored.bits == saved.bits)
            try saved.resetEnded()
            try restored.resetEnded()
        }
        #expect(restored.vector.state == saved.vector.state)
    }

    @Test("A vector saved before its first reset still starts from its seeds")
    func unusedSeeds() throws {
        let saved = MultiAgentRun(MultiAgentVectorTests.visitors.makeVector(seeds: [.max, 2]))
        try saved.vector.reset(1..<2)
        let restored = MultiAgentRun(MultiAgentVectorTests.visitors.makeVector(seeds: [8, 9]))
        try restored.vector.restore(from: saved.vector.state)
        try saved.resetAll()
        try restored.resetAll()
        #expect(restored.bits == saved.bits)
    }

    @Test("The state of other environments is refused and changes nothing")
    func mismatch() throws {
        let specification = MultiAgentSpecification(MultiAgentCartPole.self)
        let vector = specification.makeVector(seeds: [1, 2])
        try vector.reset(0..<1)
        let before = vector.state
        func refuse(_ state: StateTree, path: String) {
            let error = #expect(throws: StateError.self) { try vector.restore(from: state) }
            #expect(error?.path.hasPrefix(path) == true, "\(String(describing: error))")
            #expect(vector.state == before)
        }
        refuse(specification.makeVector(seeds: [1, 2, 3]).state, path: "environments")
        refuse(MultiAgentVectorTests.visitors.makeVector(seeds: [1, 2]).state, path: "environments/0/environment")
        let three = MultiAgentSpecification(MultiAgentCartPole.self) { MultiAgentCartPole(count: 3) }
        refuse(three.makeVector(seeds: [1, 2]).state, path: "environments/0")
        let pendulums = MultiAgentVector(seeds: [1, 2]) { IndependentAgents<Pendulum>(count: 2) }
        refuse(pendulums.state, path: "environments/0")
        refuse([:], path: "environments")
    }

    @Test("Who acts and is in play must fit the agents, and nobody acts who is not in play")
    func rows() throws {
        let vector = MultiAgentVector(seeds: [1]) { TicTacToe() }
        let board: StateTree = ["first": 0, "second": 0]
        func state(acts: StateTree, inPlay: StateTree, board: StateTree) -> StateTree {
            ["environments": [["environment": board, "acts": acts, "inPlay": inPlay]]]
        }
        try vector.restore(from: state(acts: [true, false], inPlay: [true, true], board: board))
        #expect(vector.acts.elements.map { $0 } == [true, false])
        for wrong in [
            state(acts: [true], inPlay: [true, true], board: board),
            state(acts: [true, false], inPlay: [false, true], board: board),
            state(acts: [true, false], inPlay: [true, true], board: ["first": 1, "second": 1]),
            state(acts: [true, false], inPlay: [true, true], board: ["first": 512, "second": 0]),
        ] {
            #expect(throws: StateError.self) { try vector.restore(from: wrong) }
        }
        let columns = MultiAgentVector(seeds: [1]) { ConnectFour() }
        #expect(throws: StateError.self) {
            try columns.restore(
                from: state(acts: [true, false], inPlay: [true, true], board: ["first": 2, "second": 0]))
        }
    }
}
