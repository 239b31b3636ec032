import ReinTestSupport
import Testing

@testable import ReinEnvironments

@Suite("Checks of vectors")
struct VectorCheckerTests {
    static let checker = VectorChecker(steps: 150)

    static func kinds(_ specification: EnvironmentSpecification) throws -> [EnvironmentProblem.Kind] {
        try checker.problems(in: specification).map(\.kind)
    }

    static func kinds(_ specification: MultiAgentSpecification) throws -> [EnvironmentProblem.Kind] {
        try checker.problems(in: specification).map(\.kind)
    }

    @Test("Each planted fault that vectors show is found, and nothing else", arguments: Fault.allCases)
    func planted(fault: Fault) throws {
        let problems = try Self.checker.problems(in: EnvironmentSpecification(FaultyWalk.self) { FaultyWalk(fault) })
        var expected = fault.expected
        // Seeds are for first episodes, and vectors have the spaces that they began with.
        if fault == .resetKeepsState || fault == .spaceChanges { expected = nil }
        #expect(problems.map(\.kind) == (expected.map { [$0] } ?? []), "\(problems)")
    }

    @Test(
        "Each planted fault of several agents that vectors show is found, and nothing else",
        arguments: TeamFault.allCases)
    func planted(fault: TeamFault) throws {
        let problems = try Self.checker.problems(in: MultiAgentSpecification(FaultyTeam.self) { FaultyTeam(fault) })
        var expected = fault.expected
        switch fault {
        case .resetKeepsState, .spaceChanges: expected = nil
        // Vectors pass over what is said of agents that are not there.
        case .payInReset, .strayEnd: expected = nil
        case .sameNames, .noAgents: expected = .impossible
        // It is the saved copy that has other agents.
        case .agentsChange: expected = .incompleteState
        default: break
        }
        #expect(problems.map(\.kind) == (expected.map { [$0] } ?? []), "\(problems)")
    }

    @Test("State that is not saved is found, and state that cannot be restored")
    func state() throws {
        #expect(try Self.kinds(EnvironmentSpecification(ForgetfulWalk.self)) == [.incompleteState])
        #expect(try Self.kinds(MultiAgentSpecification(ForgetfulTeam.self)) == [.incompleteState])
        let locked = try Self.checker.problems(in: EnvironmentSpecification(LockedWalk.self) { LockedWalk() })
        #expect(locked.map(\.kind) == [.incompleteState])
        #expect(locked.first?.message.contains("locked") == true)
    }

    @Test("What copies share is found, where they disturb each other, and only there")
    func shared() throws {
        let walk = SharedWalk()
        let problems = try Self.checker.problems(in: EnvironmentSpecification(SharedWalk.self) { walk })
        #expect(problems.map(\.kind) == [.sharedState], "\(problems)")
        #expect(problems.first?.message.contains("of 4 gave") == true)
        let team = SharedTeam()
        // Whoever disturbs the team of another also makes it do what it would not do alone.
        let found = try Self.kinds(MultiAgentSpecification(SharedTeam.self) { team })
        #expect(found.contains(.sharedState) && !found.contains(.incompleteState), "\(found)")
        #expect(try Self.kinds(EnvironmentSpecification(SharedWalk.self) { SharedWalk() }).isEmpty)
        #expect(try Self.kinds(MultiAgentSpecification(SharedTeam.self) { SharedTeam() }).isEmpty)
    }

    @Test("Masks without a choice are found, also those of agents that were truncated")
    func masks() throws {
        let problems = try Self.checker.problems(in: EnvironmentSpecification(DeadEnd.self))
        #expect(problems.map(\.kind) == [.emptyMask], "\(problems)")
        #expect(try Self.kinds(EnvironmentSpecification(DeadEnd.self, timeLimit: 4)).isEmpty)
        #expect(try Self.kinds(MultiAgentSpecification(MutedTeam.self)) == [.emptyMask])
        let cut = try Self.checker.problems(in: EnvironmentSpecification(DeadEnd.self, timeLimit: 5))
        #expect(cut.map(\.kind) == [.emptyMask], "the last state of a truncated episode: \(cut)")
    }

    @Test("Environments that no copies can be made of are said, with nothing measured")
    func impossible() throws {
        let narrow = try ObservationEncoding(parts: [ObservationPart(["x"], .numbers(shape: [1]))])
        let specifications = [
            (EnvironmentSpecification(WrongWidthWalk.self), "time limit"),
            (EnvironmentSpecification(WrongWidthWalk.self, timeLimit: nil), "reads 2 numbers"),
            (EnvironmentSpecification(MaskedBox.self), "masks actions"),
            (EnvironmentSpecification(FaultyWalk.self, observationEncoding: narrow), "parts of 1 number"),
        ]
        for (specification, word) in specifications {
            let problems = try Self.checker.problems(in: specification)
            #expect(problems.map(\.kind) == [.impossible])
            #expect(problems.first?.message.contains(word) == true, "\(problems)")
            #expect(try Self.checker.stepsPerSecond(of: specification) == nil)
        }
        #expect(try Self.kinds(MultiAgentSpecification(MaskedBoxTeam.self)) == [.impossible])
    }

    @Test("A time limit ends the search for ends")
    func limits() throws {
        func endless(_ limit: Int?) throws -> [EnvironmentProblem.Kind] {
            try Self.kinds(EnvironmentSpecification(FaultyWalk.self, timeLimit: limit) { FaultyWalk(.neverEnds) })
        }
        #expect(try endless(nil) == [.endlessEpisode])
        #expect(try endless(1_000).isEmpty)
        #expect(try endless(10).isEmpty)
    }

    @Test("Rein's own environments are sound; games without chance get a warning")
    func ownEnvironments() throws {
        for specification in EnvironmentRegistry.all where !specification.id.hasPrefix("Registered") {
            let problems = try VectorChecker(steps: 600).problems(in: specification)
            #expect(problems.isEmpty, "\(specification.id): \(problems)")
        }
        for (specification, expected) in [
            (MultiAgentSpecification(MultiAgentCartPole.self), []), (MultiAgentSpecification(PressurePlates.self), []),
            (MultiAgentSpecification(TicTacToe.self), [.ignoredSeed]),
            (MultiAgentSpecification(ConnectFour.self), [.ignoredSeed]), (MultiAgentSpecification(Visitors.self), []),
        ] as [(MultiAgentSpecification, [EnvironmentProblem.Kind])] {
            let problems = try VectorChecker(steps: 300).problems(in: specification)
            #expect(problems.map(\.kind) == expected, "\(specification.id): \(problems)")
        }
        for specification in [
            EnvironmentSpecification(MaskedIdentity.self), EnvironmentSpecification(MaskedMultiIdentity.self),
            EnvironmentSpecification(MultiIdentity.self), EnvironmentSpecification(NoughtsAndCrosses.self),
        ] {
            #expect(try Self.kinds(specification).isEmpty, "\(specification.id)")
        }
    }

    @Test("An end that comes later than the time limit says is found")
    func lateEnds() throws {
        // A specification keeps its limit; what comes from elsewhere may not.
        let walk = EnvironmentSpecification(FaultyWalk.self)
        for (limit, expected) in [(19, [.timeLimit]), (20, []), (1_000, [])]
            as [(Int, [EnvironmentProblem.Kind])]
        {
            var check = VectorCheck(steps: 100, seed: 1, lanes: 2, timeLimit: limit) { seeds in
                try CheckedSingleVector(walk, seeds: seeds)
            }
            try check.run()
            #expect(check.list.problems.map(\.kind) == expected, "\(check.list.problems)")
        }
    }

    @Test("Steps of many copies at once that mix them up are found")
    func mixedUp() throws {
        let problems = try Self.checker.problems(in: EnvironmentSpecification(MixedUpWalk.self))
        #expect(problems.map(\.kind) == [.sharedState], "\(problems)")
        #expect(problems.first?.message.hasPrefix("copy 1 of 4 gave step 1 ") == true, "\(problems)")
    }

    @Test("Long observations are not written out")
    func longMessages() throws {
        let problems = try Self.checker.problems(in: EnvironmentSpecification(WideNoise.self))
        #expect(problems.map(\.kind).first == .irreproducibleReset)
        #expect(problems.first.map { $0.message.count < 500 } == true, "\(problems)")
    }

    @Test("Steps per second are counted where there are steps")
    func speed() throws {
        #expect(try Self.checker.stepsPerSecond(of: EnvironmentSpecification(CartPole.self)).map { $0 > 0 } == true)
        let game = MultiAgentSpecification(ConnectFour.self)
        #expect(try Self.checker.stepsPerSecond(of: game, copies: 2).map { $0 > 0 } == true)
        #expect(try Self.checker.stepsPerSecond(of: MultiAgentSpecification(MaskedBoxTeam.self)) == nil)
    }

    @Test("The same check says the same again, and another seed is another check")
    func repeats() throws {
        let walk = EnvironmentSpecification(FaultyWalk.self) { FaultyWalk(.outside) }
        let first = try Self.checker.problems(in: walk)
        #expect(try Self.checker.problems(in: walk) == first)
        #expect(try VectorChecker(steps: 150, seed: 9).problems(in: walk) != first)
    }
}
