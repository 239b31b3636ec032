import ReinEnvironments
import Testing

@Suite struct MultiAgentCheckerTests {
    private let checker = EnvironmentChecker(steps: 200)

    @Test("Each planted fault is found, and nothing else", arguments: TeamFault.allCases)
    func planted(fault: TeamFault) {
        let problems = checker.problems(in: FaultyTeam(fault))
        #expect(problems.map(\.kind) == (fault.expected.map { [$0] } ?? []), "\(problems)")
    }

    @Test("The mask of a truncated agent is looked at, though it acts no more")
    func truncatedMask() {
        let problems = checker.problems(in: MutedTeam())
        #expect(problems.map(\.kind) == [.emptyMask], "\(problems)")
        #expect(problems.first?.message.contains("the mask of two") == true)
    }

    @Test("State that is not saved is found, as is state that copies share")
    func state() {
        #expect(checker.problems(in: ForgetfulTeam()).map(\.kind) == [.incompleteState])
        #expect(checker.problems(in: SharedTeam()).map(\.kind).contains(.sharedState))
    }

    @Test("Masks of continuous actions and an impossible limit are found")
    func maskedBox() {
        #expect(checker.problems(in: MaskedBoxTeam()).map(\.kind) == [.timeLimit, .maskedContinuousActions])
    }

    @Test("Messages name the agent, the place and the bounds")
    func message() {
        let problem = checker.problems(in: FaultyTeam(.outside)).first
        #expect(problem?.description.hasPrefix("error: element 0 of what right sees after step 12") == true)
        #expect(problem?.message.hasSuffix("is 1.5, outside -1.0 to 1.0") == true)
        #expect(checker.problems(in: FaultyTeam(.strayEnd)).first?.message.hasPrefix("right is to leave") == true)
        #expect(checker.problems(in: FaultyTeam(.neverEnds)).first?.isWarning == true)
    }

    @Test("Rein's own environments are sound; games without chance get a warning")
    func ownEnvironments() {
        func check<E: MultiAgentEnvironment>(_ environment: E, _ expected: [EnvironmentProblem.Kind] = []) {
            let problems = EnvironmentChecker(steps: 600).problems(in: environment)
            #expect(problems.map(\.kind) == expected, "\(E.id): \(problems)")
        }
        check(MultiAgentCartPole())
        check(IndependentAgents<Pendulum>(count: 3))
        check(PressurePlates())
        check(MultiAgentTimeLimit(PressurePlates(), limit: 7))
        check(TicTacToe(), [.ignoredSeed])
        check(ConnectFour(), [.ignoredSeed])
        check(Visitors())
    }
}
