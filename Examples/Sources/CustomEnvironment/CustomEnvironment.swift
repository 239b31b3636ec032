import Rein

/// An environment of one's own: walk along a corridor to its right end.
struct Corridor: Environment {
    static let timeLimit: Int? = 50
    var position = 0

    var observationSpace: Box { Box(low: [0], high: [1]) }
    var actionSpace: ActionSpace { .discrete(2) }

    mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        position = 0
        observation[0] = 0
    }

    mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        position = max(0, position + (action == 1 ? 1 : -1))
        observation[0] = Float(position) / 10
        return Step(reward: position == 10 ? 1 : -0.01, status: position == 10 ? .terminated : .running)
    }
}

@main
struct CustomEnvironment {
    static func main() throws {
        let configuration = PPO.Configuration(seed: 1).with { $0.network.hidden = [16] }
        let algorithm = try PPO(environment: Corridor.self, configuration: configuration)
        for _ in 0..<20 { _ = try algorithm.train() }
        if let summary = algorithm.episodes.summary {
            print("mean return \(summary.returnMean) in \(summary.lengthMean) steps")
        }
    }
}
