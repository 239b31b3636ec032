import ReinCheckpoints
import ReinNumerics

/// A vector under check, of either kind: its lanes take random valid actions, and what they see is handed out.
///
/// All calls of a vector are made by the conforming types, and by them alone.
protocol CheckedVector {
    /// The spaces of every lane.
    var spaces: CheckedSpaces { get }
    /// The time that the vector has taken for resets and steps.
    var elapsed: Duration { get }

    /// Starts new episodes in all lanes.
    ///
    /// - Returns: what is seen then, for each lane.
    mutating func reset() throws -> [EnvironmentSnapshot]

    /// Steps all lanes; where an episode ends, a new one starts.
    ///
    /// - Parameters:
    ///   - index: the number of the step in its recording.
    ///   - random: draws the actions, a stream for each lane.
    /// - Returns: what each lane sees after the step, and then after the reset where there is one; nil, without a step,
    ///   when a mask leaves a lane nothing to do or nobody acts in it.
    mutating func step(_ index: Int, using random: inout [RandomStream]) throws -> [[EnvironmentSnapshot]]?

    /// The state of the lanes.
    func state() throws -> StateTree

    /// Puts the lanes where they were when the state was taken.
    mutating func restore(from state: StateTree) throws
}

extension CheckedVector {
    /// Steps all lanes a number of times, or until a lane cannot be stepped.
    ///
    /// - Parameters:
    ///   - isReset: whether a reset comes first; otherwise the episodes go on.
    ///   - random: draws the actions, a stream for each lane.
    /// - Returns: the moments of each lane.
    mutating func record(
        steps: Int, isReset: Bool = true, using random: inout [RandomStream]
    ) throws -> [[EnvironmentSnapshot]] {
        var moments = isReset ? try reset().map { [$0] } : random.map { _ in [] }
        for index in 1...steps {
            guard let seen = try step(index, using: &random) else { break }
            for (lane, more) in seen.enumerated() { moments[lane] += more }
        }
        return moments
    }
}
