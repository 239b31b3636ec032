package import ReinEnvironments
import ReinNumerics
import Synchronization

/// Episodes of eight steps, every second one truncated, the others terminated, in which one number may be none.
package struct Ticking: Environment {
    /// A number that is none, and where it is given.
    package struct Poison: Codable, Sendable, CustomStringConvertible {
        package enum Place: String, Codable, Sendable, CaseIterable {
            /// The reward of step 5 of the episode.
            case reward
            /// The observation after that step.
            case observation
            /// The last observation of the episode.
            case last
            /// The first observation of the next one.
            case first
            /// The first observation of all.
            case start
        }
        package let place: Place
        package let value: Double
        /// The number of the episode, from 1.
        package let episode: Int

        package init(_ place: Place, _ value: Double, episode: Int = 2) {
            self.place = place
            self.value = value
            self.episode = episode
        }

        package var description: String { "\(place) \(value)" }

        /// The fault that is to be found.
        package func fault(
            _ environment: String, _ episode: EnvironmentFault.Episode, agent: AgentID? = nil
        ) -> EnvironmentFault {
            EnvironmentFault(
                environment: environment, episode: episode, agent: agent,
                step: [.reward: 5, .observation: 5, .last: 8, .first: 0, .start: 0][place] ?? 0,
                quantity: place == .reward ? .reward : .observation(element: 1),
                value: place == .reward ? value : Double(Float(value)))
        }
    }

    var poison: Poison?
    var episode = 0
    var time = 0
    var random = NumPyRandom(seed: 0)

    package init() {}
    package init(_ poison: Poison?) { self.poison = poison }

    package var observationSpace: Box { Box(low: [0, 0, -1], high: [8, 1, 1]) }
    package var actionSpace: ActionSpace { .discrete(2) }

    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { random = NumPyRandom(seed: seed) }
        episode += 1
        time = 0
        show(into: &observation)
        if episode == 1 { poison(.start, &observation) }
        if episode - 1 == poison?.episode { poison(.first, &observation) }
    }

    package mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        time += 1
        show(into: &observation)
        var reward = random.uniform(0, 1) + Double(action)
        if let poison, episode == poison.episode {
            if time == 5, poison.place == .reward { reward = poison.value }
            if time == 5 { self.poison(.observation, &observation) }
            if time == 8 { self.poison(.last, &observation) }
        }
        return Step(
            reward: reward, status: time < 8 ? .running : episode.isMultiple(of: 2) ? .truncated : .terminated)
    }

    private mutating func show(into observation: inout ObservationRow) {
        observation[0] = Float(time)
        observation[1] = Float(random.uniform(0, 1))
        observation[2] = observation[1] - 0.5
    }

    private func poison(_ place: Poison.Place, _ observation: inout ObservationRow) {
        if let poison, poison.place == place { observation[1] = Float(poison.value) }
    }

    /// The environment, one copy of which is poisoned.
    package static func specification(_ poison: Poison?, copy: Int) -> EnvironmentSpecification {
        // The specification and the vector make one each to look at its spaces.
        let make = Maker(poison, number: 2 + copy)
        return EnvironmentSpecification(Ticking.self) { make() }
    }

    /// Two independent agents in each environment, one of which is poisoned in one copy.
    package static func specification(_ poison: Poison?, copy: Int, agent: Int) -> MultiAgentSpecification {
        let make = Maker(poison, number: 2 * (2 + copy) + agent)
        return MultiAgentSpecification(IndependentAgents<Ticking>.self) {
            IndependentAgents(count: 2) { make() }
        }
    }
}

/// Makes environments, one of which is poisoned.
private final class Maker: Sendable {
    private let poison: Ticking.Poison?
    private let number: Int
    private let made = Mutex(0)

    init(_ poison: Ticking.Poison?, number: Int) {
        self.poison = poison
        self.number = number
    }

    func callAsFunction() -> Ticking {
        made.withLock { made in
            defer { made += 1 }
            return Ticking(made == number ? poison : nil)
        }
    }
}
