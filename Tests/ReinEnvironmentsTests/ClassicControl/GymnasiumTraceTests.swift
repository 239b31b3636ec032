import ReinEnvironments
import Testing

/// The environments of Gymnasium beside its own recorded episodes.
@Suite struct GymnasiumTraceTests {
    static let environments: [any TracedEnvironment.Type] = [
        CartPole.self, MountainCar.self, MountainCarContinuous.self, Pendulum.self, Acrobot.self,
    ]

    @Test("One step from every recorded state gives the recorded step", arguments: environments.indices)
    func closedLoop(index: Int) throws {
        func check<E: TracedEnvironment>(_ type: E.Type) throws {
            for episode in try GymnasiumTrace(of: E.id).episodes {
                for index in episode.actions.indices {
                    var environment = E()
                    environment.set(tracedState: episode.states[index], isFirst: index == 0)
                    let (observation, step) = environment.step(row: [episode.actions[index]])
                    let place = Comment(rawValue: "\(E.id), \(episode.kind), step \(index)")
                    #expect(
                        differ(environment.tracedState, episode.states[index + 1]) <= E.tolerance.state, place)
                    #expect(
                        differ(observation, episode.observations[index + 1]) <= E.tolerance.observation, place)
                    #expect(abs(step.reward - episode.rewards[index]) <= E.tolerance.reward, place)
                    let isTerminated = episode.status(index) == .terminated
                    #expect(step.status == (isTerminated ? .terminated : .running), place)
                }
            }
        }
        try check(Self.environments[index])
    }

    @Test("A recorded episode is repeated from its start to its end", arguments: environments.indices)
    func openLoop(index: Int) throws {
        func check<E: TracedEnvironment>(_ type: E.Type) throws {
            let trace = try GymnasiumTrace(of: E.id)
            for episode in trace.episodes {
                var base = E()
                base.set(tracedState: episode.states[0], isFirst: true)
                var environment = TimeLimit(base, limit: trace.timeLimit)
                for index in episode.actions.indices {
                    let (observation, step) = environment.step(row: [episode.actions[index]])
                    let place = Comment(rawValue: "\(E.id), \(episode.kind), step \(index)")
                    #expect(
                        differ(observation, episode.observations[index + 1]) <= E.tolerance.openObservation, place)
                    #expect(abs(step.reward - episode.rewards[index]) <= E.tolerance.openReward, place)
                    #expect(step.status == episode.status(index), place)
                }
            }
        }
        try check(Self.environments[index])
    }

    @Test("A seed gives Gymnasium's own start, and its observation", arguments: environments.indices)
    func starts(index: Int) throws {
        func check<E: TracedEnvironment>(_ type: E.Type) throws {
            let trace = try GymnasiumTrace(of: E.id)
            #expect(trace.starts.count >= 7)
            for start in trace.starts {
                var environment = E()
                let observation = environment.reset(seed: start.seed)
                #expect(environment.tracedState == start.state)
                for episode in trace.episodes where episode.seed == start.seed {
                    #expect(observation == episode.observations[0])
                }
            }
        }
        try check(Self.environments[index])
    }

    @Test("A reset without a seed goes on with the generator, as Gymnasium's does")
    func secondStart() {
        var environment = CartPole()
        #expect(environment.reset(seed: 42) == [0.027395604, -0.006112156, 0.035859793, 0.019736802])
        // numpy.random.default_rng(42): the fifth to eighth draws of uniform(-0.05, 0.05).
        _ = environment.reset(seed: nil)
        #expect(
            environment.tracedState == [
                -0.04058226521123505, 0.047562235163675595, 0.026113970199035302, 0.02860643052769539,
            ])
    }

    @Test("Time limits and reward thresholds are Gymnasium's", arguments: environments.indices)
    func limits(index: Int) throws {
        let type = Self.environments[index]
        let trace = try GymnasiumTrace(of: type.id)
        #expect(type.timeLimit == trace.timeLimit)
        #expect(type.rewardThreshold == trace.rewardThreshold)
    }
}

/// Returns the largest absolute difference of two rows of the same length.
private func differ<Number: BinaryFloatingPoint>(_ first: [Number], _ second: [Number]) -> Number {
    guard first.count == second.count else { return .infinity }
    return zip(first, second).map { $0 == $1 ? 0 : abs($0 - $1) }.reduce(0) { max($0, $1.isNaN ? .infinity : $1) }
}
