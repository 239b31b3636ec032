import ReinEnvironments
import ReinTestSupport
import Testing

@Suite struct EnvironmentCheckerTests {
    @Test("Each planted fault is found, and nothing else", arguments: Fault.allCases)
    func planted(fault: Fault) {
        let problems = EnvironmentChecker(steps: 200).problems(in: FaultyWalk(fault))
        #expect(problems.map(\.kind) == (fault.expected.map { [$0] } ?? []), "\(problems)")
    }

    @Test("State that is not saved is found, as is state that cannot be restored")
    func incompleteState() {
        let checker = EnvironmentChecker(steps: 200)
        #expect(checker.problems(in: ForgetfulWalk()).map(\.kind) == [.incompleteState])
        let locked = checker.problems(in: LockedWalk())
        #expect(locked.map(\.kind) == [.incompleteState])
        #expect(locked.first?.message.contains("locked") == true)
    }

    @Test("State that copies share is found")
    func sharedState() {
        #expect(EnvironmentChecker(steps: 200).problems(in: SharedWalk()).map(\.kind).contains(.sharedState))
    }

    @Test("A wrong width of the action type ends the check, as no step is safe")
    func width() {
        let problems = EnvironmentChecker(steps: 200).problems(in: WrongWidthWalk())
        #expect(problems.map(\.kind) == [.timeLimit, .actionWidth])
        #expect(problems.map(\.isWarning) == [false, false])
    }

    @Test("A message names the element, the step and the bounds")
    func message() {
        let problem = EnvironmentChecker(steps: 200).problems(in: FaultyWalk(.outside)).first
        #expect(problem?.description.hasPrefix("error: element 0 of the observation of step 9") == true)
        #expect(problem?.message.hasSuffix("is 1.5, outside -1.0 to 1.0") == true)
        let warning = EnvironmentChecker(steps: 200).problems(in: FaultyWalk(.neverEnds)).first
        #expect(warning?.isWarning == true)
    }

    @Test("Rein's own environments are sound")
    func ownEnvironments() {
        func check<E: Environment>(_ environment: E) {
            let problems = EnvironmentChecker(steps: 1_500).problems(in: environment)
            #expect(problems.isEmpty, "\(E.id): \(problems)")
        }
        check(CartPole())
        check(MountainCar())
        check(MountainCarContinuous())
        check(Pendulum())
        check(Acrobot())
        check(TimeLimit(Acrobot(), limit: 20))
        check(Corridor())
    }

    @Test("Masked environments are stepped with valid actions only, and are sound")
    func maskedEnvironments() {
        #expect(EnvironmentChecker(steps: 500).problems(in: MaskedIdentity()).isEmpty)
        #expect(EnvironmentChecker(steps: 500).problems(in: MaskedMultiIdentity()).isEmpty)
        #expect(EnvironmentChecker(steps: 500).problems(in: MultiIdentity()).isEmpty)
        let games = EnvironmentChecker(steps: 500).problems(in: NoughtsAndCrosses())
        #expect(games.isEmpty, "\(games)")
    }

    @Test("A mask without a valid action is found, and one of continuous actions")
    func masks() {
        let empty = EnvironmentChecker(steps: 200).problems(in: DeadEnd())
        #expect(empty.map(\.kind) == [.emptyMask], "\(empty)")
        #expect(empty.first?.message.contains("at least one valid action") == true)
        #expect(EnvironmentChecker(steps: 200).problems(in: MaskedBox()).map(\.kind) == [.maskedContinuousActions])
    }

    @Test("An environment without chance gets a warning only")
    func withoutChance() {
        let problems = EnvironmentChecker(steps: 200).problems(in: Countdown(length: 5))
        #expect(problems.allSatisfy { $0.isWarning }, "\(problems)")
    }
}
