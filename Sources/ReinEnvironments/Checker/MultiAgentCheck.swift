import ReinCheckpoints
import ReinNumerics

/// One check of one environment for several agents: the questions, in order, and the problems found so far.
struct MultiAgentCheck<E: MultiAgentEnvironment> {
    private(set) var problems: [EnvironmentProblem] = []
    private let original: E
    private let steps: Int
    private let seed: UInt64
    private let agents: [AgentID]
    private let recorder: MultiAgentRecorder<E>

    init(_ environment: E, steps: Int, seed: UInt64) {
        original = environment
        self.steps = steps
        self.seed = seed
        agents = environment.agents
        recorder = MultiAgentRecorder(
            observationSpaces: agents.indices.map { environment.observationSpace(of: $0) },
            actionSpaces: agents.indices.map { environment.actionSpace(of: $0) }, seed: seed)
    }

    mutating func run() {
        if let limit = E.timeLimit, limit <= 0 { report(.timeLimit, "the time limit is \(limit)") }
        guard !agents.isEmpty, Set(agents).count == agents.count else {
            report(.agentNames, "there must be agents with different names, not \(agents)")
            return
        }
        for (agent, space) in zip(agents, recorder.actionSpaces) {
            if case .box(let box) = space, let problem = box.scalingProblem {
                report(
                    .unboundedActions,
                    "actions cannot be stretched to the bounds of the action space of \(agent): \(problem)")
            }
        }
        if E.masksActions, !recorder.actionSpaces.contains(where: { $0.isDiscrete }) {
            report(.maskedContinuousActions, "\(E.self) masks actions, but only discrete actions can be masked")
            return
        }
        checkEpisodes()
        checkSeeds()
        checkCopies()
        checkState()
    }

    private mutating func report(_ kind: EnvironmentProblem.Kind, _ message: String) {
        if !problems.contains(where: { $0.kind == kind }) {
            problems.append(EnvironmentProblem(kind: kind, message: message))
        }
    }

    // MARK: The questions

    private mutating func checkEpisodes() {
        var first = original
        let recorded = recorder.record(&first, seed: seed, steps: steps)
        for moment in recorded { check(moment) }
        if E.timeLimit == nil, !recorded.dropFirst().contains(where: { $0.index == 0 }) {
            report(.endlessEpisode, "no episode ended in \(steps) steps, and there is no time limit")
        }
        checkSpaces(of: first)

        var second = original
        let repeated = recorder.record(&second, seed: seed, steps: steps)
        if recorded[0] != repeated[0] {
            report(.irreproducibleReset, "two resets with seed \(seed) gave \(recorded[0]) and \(repeated[0])")
        } else if let index = firstDifference(recorded, repeated) {
            report(
                .irreproducibleStep,
                "the same seed and actions gave \(recorded[index]) and \(repeated[index]) after \(index) steps")
        } else if let index = firstDifference(recorded, recorder.record(&first, seed: seed, steps: steps)) {
            report(
                .irreproducibleReset,
                "a reset with seed \(seed) after other episodes gave another episode, from step \(index) on")
        }
    }

    private mutating func checkSpaces(of environment: E) {
        guard environment.agents == agents else {
            report(.changingAgents, "the agents changed from \(agents) to \(environment.agents)")
            return
        }
        for (index, agent) in agents.enumerated() {
            let (observations, actions) = (recorder.observationSpaces[index], recorder.actionSpaces[index])
            let (newObservations, newActions) = (
                environment.observationSpace(of: index), environment.actionSpace(of: index)
            )
            if observations != newObservations {
                report(
                    .changingSpace,
                    "the observation space of \(agent) changed from \(observations) to \(newObservations)")
            }
            if actions != newActions {
                report(.changingSpace, "the action space of \(agent) changed from \(actions) to \(newActions)")
            }
        }
    }

    private mutating func checkSeeds() {
        let starts = (0..<5).map { (offset: UInt64) in
            var environment = original
            return recorder.record(&environment, seed: seed &+ offset, steps: 32)
        }
        guard starts.contains(where: { $0 != starts[0] }) else {
            report(.ignoredSeed, "seeds \(seed) to \(seed &+ 4) gave the same episodes")
            return
        }
        var environment = original
        let seeded = recorder.start(&environment, seed: seed)
        let others = (0..<5).map { _ in recorder.start(&environment, seed: nil) }
        let hasRandomStarts = starts.contains { $0[0] != starts[0][0] }
        if hasRandomStarts, others.allSatisfy({ $0 == seeded }) {
            report(.restartingGenerator, "each reset without a seed gave the start of the last seed again")
        }
    }

    private mutating func checkCopies() {
        var environment = original
        _ = recorder.start(&environment, seed: seed)
        let before = StateEncoder().encode(environment)
        var copy = environment
        _ = recorder.record(&copy, seed: seed &+ 1, steps: 32)
        if StateEncoder().encode(environment) != before {
            report(.sharedState, "stepping a copy changed the original: a class is among the stored properties")
        }
    }

    private mutating func checkState() {
        var environment = original
        let memory = recorder.makeMemory()
        _ = recorder.record(&environment, seed: seed, steps: min(steps, 7), in: memory)
        checkSpaces(of: environment)
        // What is not repeated from a seed is not repeated from a state either: that needs no second report.
        guard !problems.contains(where: { [.irreproducibleReset, .irreproducibleStep].contains($0.kind) }) else {
            return
        }
        let tree = StateEncoder().encode(environment)
        do throws(StateError) {
            var restored = try StateDecoder().decode(E.self, from: tree)
            if StateEncoder().encode(restored) != tree {
                report(.incompleteState, "an environment restored from its state has another state")
                return
            }
            checkSpaces(of: restored)
            let copy = recorder.makeMemory()
            copy.acts.copy(from: memory.acts)
            copy.inPlay.copy(from: memory.inPlay)
            let recorded = recorder.record(&environment, steps: steps, isReset: false, in: memory)
            let repeated = recorder.record(&restored, steps: steps, isReset: false, in: copy)
            if let index = firstDifference(recorded, repeated) {
                report(.incompleteState, "an environment restored from its state goes on otherwise at step \(index)")
            }
        } catch {
            report(.incompleteState, "the state cannot be restored: \(error)")
        }
    }

    private func firstDifference(_ first: [MultiAgentSnapshot], _ second: [MultiAgentSnapshot]) -> Int? {
        if let index = zip(first, second).enumerated().first(where: { $1.0 != $1.1 })?.offset { return index }
        return first.count == second.count ? nil : min(first.count, second.count)
    }

    // MARK: One moment

    private mutating func check(_ moment: MultiAgentSnapshot) {
        if moment.isDeserted {
            report(.nobodyActs, "the episode goes on after \(moment), but no agent is in play and none is asked")
        }
        if moment.isPaidReset { report(.strayReward, "the \(moment) paid rewards, which nobody could earn yet") }
        for (index, agent) in moment.agents.enumerated() {
            let name = agents[index]
            check(agent.observation ?? [], of: index, at: moment)
            if let mask = agent.mask, let problem = recorder.actionSpaces[index].problem(ofMask: mask) {
                report(.emptyMask, "the mask of \(name) after \(moment): \(problem)")
            }
            if !Float(agent.reward).isFinite {
                report(
                    .nonFiniteReward,
                    "the reward of \(name) in \(moment) is \(agent.reward), which is no finite 32-bit float")
            }
            if agent.faults.contains(.strayReward) {
                report(.strayReward, "\(name) is paid in \(moment), but is not in play")
            }
            if agent.faults.contains(.strayEnd) {
                report(.strayEnd, "\(name) is to leave in \(moment), but is not in play")
            }
        }
    }

    private mutating func check(_ observation: [Float], of agent: Int, at moment: MultiAgentSnapshot) {
        let space = recorder.observationSpaces[agent]
        for (index, value) in observation.enumerated() {
            var place: String { "element \(index) of what \(agents[agent]) sees after \(moment)" }
            if value.bitPattern == MultiAgentSnapshot.unwritten {
                report(.unwrittenObservation, "\(place) was not written")
            } else if !value.isFinite {
                report(.nonFiniteObservation, "\(place) is \(value)")
            } else if value < space.low[index] || value > space.high[index] {
                report(
                    .observationOutsideSpace,
                    "\(place) is \(value), outside \(space.low[index]) to \(space.high[index])")
            }
        }
    }
}
