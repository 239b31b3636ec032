/// How the rows that a recurrent network reads are divided into sequences, and where the sequences' states are.
///
/// Rows are time-major: `[steps, sequences]`, the number of sequences being that of rows divided by `steps`.
public struct RecurrentSequences {
    /// The number of steps of each sequence.
    public var steps: Int
    /// Whether a row is the first of an episode, so that the state before it is zero whatever came earlier:
    /// `[steps, sequences]`, or nil when there are none but what `states` says.
    public var starts: UnsafePointer<Bool>?
    /// The state before the first step of each sequence, `[sequences, stateWidth]`; nil for zeros.
    public var states: UnsafePointer<Float>?
    /// Receives the state after the last step of each sequence, `[sequences, stateWidth]`; may be the memory of
    /// `states`, and nil when nobody asks.
    public var finalStates: UnsafeMutablePointer<Float>?

    /// Describes sequences of `steps` steps.
    public init(
        steps: Int, starts: UnsafePointer<Bool>? = nil, states: UnsafePointer<Float>? = nil,
        finalStates: UnsafeMutablePointer<Float>? = nil
    ) {
        self.steps = steps
        self.starts = starts
        self.states = states
        self.finalStates = finalStates
    }

    /// One step from states that are replaced by those after it.
    ///
    /// - Parameter states: `[sequences, stateWidth]`.
    public static func step(updating states: UnsafeMutablePointer<Float>) -> RecurrentSequences {
        RecurrentSequences(steps: 1, states: UnsafePointer(states), finalStates: states)
    }

    /// One step from states that are left as they are.
    ///
    /// - Parameter states: `[sequences, stateWidth]`; nil for zeros, as at the start of an episode.
    public static func step(from states: UnsafePointer<Float>?) -> RecurrentSequences {
        RecurrentSequences(steps: 1, states: states)
    }
}
