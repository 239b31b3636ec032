import ReinCheckpoints
import ReinNumerics

/// One check of one environment for several agents: the questions, in order, and the problems found so far.
struct MultiAgentCheck<E: MultiAgentEnvironment> {
    private(set) var list = ProblemList()
    private let original: E
    private let steps: Int
    private let seed: UInt64
    private let agents: [AgentID]
    private let recorder: MultiAgentRecorder<E>
    private var spaces: CheckedSpaces {
        CheckedSpaces(names: agents, observations: recorder.observationSpaces, actions: recorder.actionSpaces)
    }

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
        if let limit = E.timeLimit, limit <= 0 { list.report(.timeLimit, "the time limit is \(limit)") }
        guard !agents.isEmpty, Set(agents).count == agents.count else {
            list.report(.agentNames, "there must be agents with different names, not \(agents)")
            return
        }
        list.checkActions(of: spaces)
        if E.masksActions, !recorder.actionSpaces.contains(where: { $0.isDiscrete }) {
            list.report(.maskedContinuousActions, "\(E.self) masks actions, but only discrete actions can be masked")
            return
        }
        checkEpisodes()
        checkSeeds()
        checkCopies()
        checkState()
    }

    // MARK: The questions

    private mutating func checkEpisodes() {
        var first = original
        let recorded = recorder.record(&first, seed: seed, steps: steps)
        for moment in recorded { list.check(moment, in: spaces) }
        if E.timeLimit == nil, !recorded.dropFirst().contains(where: { $0.index == 0 }) {
            list.report(.endlessEpisode, "no episode ended in \(steps) steps, and there is no time limit")
        }
        checkSpaces(of: first)

        var second = original
        let repeated = recorder.record(&second, seed: seed, steps: steps)
        list.checkRepeated(recorded, repeated, seed: seed)
        guard list.isReproducible else { return }
        let late = recorder.record(&first, seed: seed, steps: steps)
        if let index = EnvironmentSnapshot.firstDifference(recorded, late) {
            list.report(
                .irreproducibleReset,
                "a reset with seed \(seed) after other episodes gave another episode, from step \(index) on")
        }
    }

    private mutating func checkSpaces(of environment: E) {
        guard environment.agents == agents else {
            list.report(.changingAgents, "the agents changed from \(agents) to \(environment.agents)")
            return
        }
        for (index, agent) in agents.enumerated() {
            let (observations, actions) = (recorder.observationSpaces[index], recorder.actionSpaces[index])
            let (newObservations, newActions) = (
                environment.observationSpace(of: index), environment.actionSpace(of: index)
            )
            if observations != newObservations {
                list.report(
                    .changingSpace,
                    "the observation space of \(agent) changed from \(observations) to \(newObservations)")
            }
            if actions != newActions {
                list.report(.changingSpace, "the action space of \(agent) changed from \(actions) to \(newActions)")
            }
        }
    }

    private mutating func checkSeeds() {
        let starts = (0..<5).map { (offset: UInt64) in
            var environment = original
            return recorder.record(&environment, seed: seed &+ offset, steps: 32)
        }
        list.checkSeeds(starts, from: seed)
        var environment = original
        let seeded = recorder.start(&environment, seed: seed)
        let others = (0..<5).map { _ in recorder.start(&environment, seed: nil) }
        let hasRandomStarts = starts.contains { $0[0] != starts[0][0] }
        if hasRandomStarts, others.allSatisfy({ $0 == seeded }) {
            list.report(.restartingGenerator, "each reset without a seed gave the start of the last seed again")
        }
    }

    private mutating func checkCopies() {
        var environment = original
        _ = recorder.start(&environment, seed: seed)
        let before = StateEncoder().encode(environment)
        var copy = environment
        _ = recorder.record(&copy, seed: seed &+ 1, steps: 32)
        if StateEncoder().encode(environment) != before {
            list.report(.sharedState, "stepping a copy changed the original: a class is among the stored properties")
        }
    }

    private mutating func checkState() {
        var environment = original
        let memory = recorder.makeMemory()
        _ = recorder.record(&environment, seed: seed, steps: min(steps, 7), in: memory)
        checkSpaces(of: environment)
        guard list.isReproducible else { return }
        let tree = StateEncoder().encode(environment)
        do throws(StateError) {
            var restored = try StateDecoder().decode(E.self, from: tree)
            if StateEncoder().encode(restored) != tree {
                list.report(.incompleteState, "an environment restored from its state has another state")
                return
            }
            checkSpaces(of: restored)
            let copy = recorder.makeMemory()
            copy.acts.copy(from: memory.acts)
            copy.inPlay.copy(from: memory.inPlay)
            let recorded = recorder.record(&environment, steps: steps, isReset: false, in: memory)
            let repeated = recorder.record(&restored, steps: steps, isReset: false, in: copy)
            if let index = EnvironmentSnapshot.firstDifference(recorded, repeated) {
                list.report(
                    .incompleteState, "an environment restored from its state goes on otherwise at step \(index)")
            }
        } catch {
            list.report(.incompleteState, "the state cannot be restored: \(error)")
        }
    }
}
