import ReinEnvironments

/// Terminates on step `length` and shows the number of the step and of the episode; nothing in it is random.
struct Countdown: Environment {
    var length = 3
    var elapsed = 0
    var episode = 0

    init() {}
    init(length: Int) { self.length = length }

    var observationSpace: Box { Box(-1_000_000...1_000_000, shape: [2]) }
    var actionSpace: ActionSpace { .box(Box(-1...1, shape: [2])) }

    mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        elapsed = 0
        episode += 1
        if let seed { episode = Int(seed) }
        write(into: &observation)
    }

    mutating func step(_ action: SIMD2<Float>, into observation: inout ObservationRow) -> Step {
        elapsed += 1
        write(into: &observation)
        return Step(reward: Double(action.x - action.y), status: elapsed == length ? .terminated : .running)
    }

    private func write(into observation: inout ObservationRow) {
        observation[0] = Float(elapsed)
        observation[1] = Float(episode)
    }
}
