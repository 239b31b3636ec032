import ReinEnvironments
import Testing

@Suite struct TimeLimitTests {
    @Test("The step whose number equals the limit is truncated, and shows the final observation")
    func truncation() {
        var environment = TimeLimit(Countdown(length: 100), limit: 3)
        _ = environment.reset(seed: 7)
        for _ in 0..<2 { #expect(environment.step([0, 0]).step.status == .running) }
        let (observation, step) = environment.step([0, 0])
        #expect(step.status == .truncated)
        #expect(observation == [3, 7])
    }

    @Test("A task that terminates on the last step allowed is terminated")
    func termination() {
        var environment = TimeLimit(Countdown(length: 3), limit: 3)
        _ = environment.reset(seed: 7)
        let statuses = (0..<3).map { _ in environment.step([0, 0]).step.status }
        #expect(statuses == [.running, .running, .terminated])
    }

    @Test("The count starts over at a reset, after an end or before one")
    func counting() {
        var environment = TimeLimit(Countdown(length: 100), limit: 2)
        _ = environment.reset(seed: 1)
        #expect(environment.step([0, 0]).step.status == .running)
        for _ in 0..<3 {
            _ = environment.reset(seed: nil)
            #expect(environment.step([0, 0]).step.status == .running)
            #expect(environment.step([0, 0]).step.status == .truncated)
        }
    }

    @Test("A limited environment is known by what is inside")
    func identity() {
        #expect(TimeLimit<CartPole>.id == "CartPole-v1")
        #expect(TimeLimit<CartPole>().limit == 500)
        #expect(TimeLimit<CartPole>.rewardThreshold == 475)
        #expect(TimeLimit<Countdown>().limit == .max)
        #expect(Countdown.id == "Countdown")
        #expect(TimeLimit<CartPole>().observationSpace == CartPole().observationSpace)
        #expect(TimeLimit<CartPole>().actionSpace == CartPole().actionSpace)
    }
}
