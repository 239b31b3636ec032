/// The problems that a check has found, at most one of each kind, and what all checks ask of the things that they see.
struct ProblemList {
    private(set) var problems: [EnvironmentProblem] = []

    /// Adds a problem, if there is none of its kind.
    mutating func report(_ kind: EnvironmentProblem.Kind, _ message: String) {
        guard !contains(kind) else { return }
        problems.append(EnvironmentProblem(kind: kind, message: message))
    }

    /// Whether there is a problem of a kind.
    func contains(_ kind: EnvironmentProblem.Kind) -> Bool { problems.contains { $0.kind == kind } }

    /// Whether a seed gives the same again as far as is known: what does not is not repeated from a state either, which
    /// needs no second report.
    var isReproducible: Bool { !contains(.irreproducibleReset) && !contains(.irreproducibleStep) }

    // MARK: Spaces

    /// Looks at the bounds of actions.
    mutating func checkActions(of spaces: CheckedSpaces) {
        for (index, space) in spaces.actions.enumerated() {
            guard case .box(let box) = space, let problem = box.scalingProblem else { continue }
            let owner = spaces.names.map { " of \($0[index])" } ?? ""
            report(
                .unboundedActions,
                "actions cannot be stretched to the bounds of the action space\(owner): \(problem)")
        }
    }

    // MARK: Moments

    /// Looks at everything that was seen at one moment.
    mutating func check(_ moment: EnvironmentSnapshot, in spaces: CheckedSpaces) {
        if moment.isDeserted {
            report(.nobodyActs, "the episode goes on after \(moment), but no agent is in play and none is asked")
        }
        if moment.isPaidReset { report(.strayReward, "the \(moment) paid rewards, which nobody could earn yet") }
        for (index, agent) in moment.agents.enumerated() {
            let name = spaces.names?[index]
            check(agent.observation ?? [], of: name, in: spaces.observations[index], at: moment)
            if let mask = agent.mask, let problem = spaces.actions[index].problem(ofMask: mask) {
                report(.emptyMask, "the mask of \(name.map { "\($0) after " } ?? "")\(moment): \(problem)")
            }
            if !Float(agent.reward).isFinite {
                report(
                    .nonFiniteReward,
                    "the reward of \(name.map { "\($0) in " } ?? "")\(moment) is \(agent.reward), which is no finite "
                        + "32-bit float")
            }
            let who = name?.description ?? "the agent"
            if agent.faults.contains(.strayReward) {
                report(.strayReward, "\(who) is paid in \(moment), but is not in play")
            }
            if agent.faults.contains(.strayEnd) {
                report(.strayEnd, "\(who) is to leave in \(moment), but is not in play")
            }
        }
    }

    private mutating func check(
        _ observation: [Float], of agent: AgentID?, in space: Box, at moment: EnvironmentSnapshot
    ) {
        for (index, value) in observation.enumerated() {
            var place: String {
                "element \(index) of " + (agent.map { "what \($0) sees after " } ?? "the observation of ") + "\(moment)"
            }
            if value.bitPattern == EnvironmentSnapshot.unwritten {
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

    // MARK: Repeating

    /// Compares two recordings of the same seed and actions.
    mutating func checkRepeated(_ recorded: [EnvironmentSnapshot], _ repeated: [EnvironmentSnapshot], seed: UInt64) {
        if recorded[0] != repeated[0] {
            report(.irreproducibleReset, "two resets with seed \(seed) gave \(recorded[0]) and \(repeated[0])")
        } else if let index = EnvironmentSnapshot.firstDifference(recorded, repeated) {
            guard index < recorded.count, index < repeated.count else {
                report(.irreproducibleStep, "the same seed and actions gave another number of steps")
                return
            }
            report(
                .irreproducibleStep,
                "the same seed and actions gave \(recorded[index]) and \(repeated[index]) after \(index) steps")
        }
    }

    /// Compares how episodes of different seeds go under the same actions.
    mutating func checkSeeds(_ episodes: [[EnvironmentSnapshot]], from seed: UInt64) {
        guard let first = episodes.first, episodes.allSatisfy({ $0 == first }) else { return }
        report(.ignoredSeed, "seeds \(seed) to \(seed &+ UInt64(episodes.count - 1)) gave the same episodes")
    }
}
