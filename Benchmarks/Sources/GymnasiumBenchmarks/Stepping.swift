import Dispatch
import Rein
import ReinGymnasium
import Synchronization

/// Raw steps with random actions.
enum Stepping {
    static func run(_ id: String, workers: Int, seconds: Int, threads: Int, environments: Int) throws {
        let specification = try EnvironmentSpecification.gymnasium(id, workers: workers)
        let vector = specification.makeVector(count: environments, seed: 1)
        let rows = SteppedRows(of: vector, specification, count: environments)
        try vector.reset(0..<environments, observations: rows.observations.pointer, masks: rows.masks.pointer)
        let pieces = LaneDivision.pieces(of: environments)
        let shares = LaneDivision.turns(of: pieces.count, threads: threads).map { $0.map { pieces[$0] } }
        let steps = Mutex(0)
        let clock = ContinuousClock()
        let start = clock.now
        DispatchQueue.concurrentPerform(iterations: shares.count) { thread in
            do {
                let count = try rows.drive(shares[thread], thread: thread, until: start + .seconds(seconds))
                steps.withLock { $0 += count }
            } catch {
                fatalError("\(error)")
            }
        }
        let elapsed = (clock.now - start) / .seconds(1)
        print(
            "{\"stepsPerSecond\": \(Double(steps.withLock { $0 }) / elapsed), \"workers\": \(workers), "
                + "\"threads\": \(shares.count), \"environments\": \(environments)}")
    }
}

/// The rows that the environments of a vector are stepped in.
private final class SteppedRows: @unchecked Sendable {
    private let vector: VectorEnvironment
    private let specification: EnvironmentSpecification
    let observations, finals: AlignedBuffer<Float>
    let masks: AlignedBuffer<Bool>
    private let actions: AlignedBuffer<Float>
    private let rewards: AlignedBuffer<Double>
    private let statuses: AlignedBuffer<Status>

    init(of vector: VectorEnvironment, _ specification: EnvironmentSpecification, count: Int) {
        self.vector = vector
        self.specification = specification
        let width = specification.observationSpace.count
        actions = AlignedBuffer(count: count * specification.actionSpace.width)
        observations = AlignedBuffer(count: count * width)
        finals = AlignedBuffer(count: count * width)
        rewards = AlignedBuffer(count: count)
        statuses = AlignedBuffer(count: count)
        masks = AlignedBuffer(count: count * vector.maskWidth)
    }

    /// Steps pieces in turns, as the runner does: all of them are under way, and the one that is done first is next.
    ///
    /// - Returns: the number of steps.
    func drive(_ pieces: [Range<Int>], thread: Int, until end: ContinuousClock.Instant) throws -> Int {
        var random = RandomStream(seed: UInt64(thread), name: "actions")
        var (steps, failure) = (0, (any Error)?.none)
        vector.takeTurns {
            do {
                // What is under way, in the order in which it was begun.
                var turns = pieces
                for piece in pieces { try begin(piece, &random) }
                while ContinuousClock.now < end {
                    for _ in 0..<50 * pieces.count {
                        let piece = turns.remove(at: turns.count > 1 ? vector.awaitStep(of: turns) : 0)
                        try finish(piece)
                        try begin(piece, &random)
                        turns.append(piece)
                        steps += piece.count
                    }
                }
                for piece in turns { try finish(piece) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return steps
    }

    private func begin(_ piece: Range<Int>, _ random: inout RandomStream) throws {
        let width = specification.actionSpace.width
        for lane in piece {
            var action = [Float](repeating: 0, count: width)
            specification.actionSpace.sample(into: &action, using: &random)
            for (index, value) in action.enumerated() { actions[lane * width + index] = value }
        }
        try vector.beginStep(piece, actions: actions.pointer)
    }

    private func finish(_ piece: Range<Int>) throws {
        try vector.finishStep(
            piece, actions: actions.pointer, observations: observations.pointer, finalObservations: finals.pointer,
            rewards: rewards.pointer, statuses: statuses.pointer, masks: masks.pointer)
    }
}
