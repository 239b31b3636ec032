import Rein
import ReinGymnasium

/// Raw steps with random actions.
enum Stepping {
    static func run(_ id: String, workers: Int, seconds: Int) throws {
        let specification = try EnvironmentSpecification.gymnasium(id, workers: workers)
        let count = 8
        let vector = specification.makeVector(count: count, seed: 1)
        let width = specification.observationSpace.count
        let actionWidth = specification.actionSpace.width
        let actions = AlignedBuffer<Float>(count: count * actionWidth)
        let observations = AlignedBuffer<Float>(count: count * width)
        let finals = AlignedBuffer<Float>(count: count * width)
        let rewards = AlignedBuffer<Double>(count: count)
        let statuses = AlignedBuffer<Status>(count: count)
        let masks = AlignedBuffer<Bool>(count: count * vector.maskWidth)
        var random = RandomStream(seed: 1, name: "actions")
        let pieces = LaneDivision.pieces(of: count)
        try vector.reset(0..<count, observations: observations.pointer, masks: masks.pointer)
        func sample(_ lanes: Range<Int>) {
            for lane in lanes {
                var action = [Float](repeating: 0, count: actionWidth)
                specification.actionSpace.sample(into: &action, using: &random)
                for (index, value) in action.enumerated() { actions[lane * actionWidth + index] = value }
            }
        }
        func finish(_ piece: Range<Int>) throws {
            try vector.finishStep(
                piece, actions: actions.pointer, observations: observations.pointer,
                finalObservations: finals.pointer, rewards: rewards.pointer, statuses: statuses.pointer,
                masks: masks.pointer)
        }
        // As the runner does: while one piece is stepped, the actions of the next are made.
        for piece in pieces {
            sample(piece)
            try vector.beginStep(piece, actions: actions.pointer)
        }
        let clock = ContinuousClock()
        let start = clock.now
        var steps = 0
        while clock.now - start < .seconds(seconds) {
            for _ in 0..<50 {
                for piece in pieces {
                    try finish(piece)
                    sample(piece)
                    try vector.beginStep(piece, actions: actions.pointer)
                }
                steps += count
            }
        }
        let elapsed = (clock.now - start) / .seconds(1)
        for piece in pieces { try finish(piece) }
        print("{\"stepsPerSecond\": \(Double(steps) / elapsed), \"workers\": \(workers)}")
    }
}
