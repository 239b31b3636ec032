/// The turns of one thread over pieces of the lanes, whose steps are in two halves.
enum StepTurns {
    /// Takes the same steps in several pieces: the steps of all of them are under way, and the thread goes on with the one
    /// that is done first, so pieces may be some steps ahead of others. What one piece does must have no effect on another.
    ///
    /// - Parameters:
    ///   - steps: the steps to take in every piece.
    ///   - pieces: the number of pieces; they begin in this order.
    ///   - lanes: the lanes of a piece.
    ///   - wait: waits until one of several pieces is done, see `VectorEnvironment.awaitStep(of:)`; not called for one.
    ///   - begin: begins a step of a piece; false when that fails, and nothing more is to be done in the piece.
    ///   - finish: finishes a step of a piece; false likewise.
    static func take(
        _ steps: Range<Int>, in pieces: Int, lanes: (_ piece: Int) -> Range<Int>, wait: ([Range<Int>]) -> Int,
        begin: (_ piece: Int, _ step: Int) -> Bool, finish: (_ piece: Int, _ step: Int) -> Bool
    ) {
        guard pieces > 1, let first = steps.first else {
            for piece in 0..<pieces {
                for step in steps { guard begin(piece, step), finish(piece, step) else { break } }
            }
            return
        }
        // What is under way, in the order in which it was begun.
        var (ranges, turns) = ([Range<Int>](), [(piece: Int, step: Int)]())
        ranges.reserveCapacity(pieces)
        turns.reserveCapacity(pieces)
        func enter(_ piece: Int, _ step: Int) {
            guard begin(piece, step) else { return }
            ranges.append(lanes(piece))
            turns.append((piece, step))
        }
        for piece in 0..<pieces { enter(piece, first) }
        while !turns.isEmpty {
            let index = ranges.count > 1 ? wait(ranges) : 0
            let (piece, step) = turns.remove(at: index)
            ranges.remove(at: index)
            if finish(piece, step), step + 1 < steps.upperBound { enter(piece, step + 1) }
        }
    }
}
