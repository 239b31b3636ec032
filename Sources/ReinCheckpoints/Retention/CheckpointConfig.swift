/// When checkpoints are made, and which of them stay.
///
///     let config = try CheckpointConfig(
///         numToKeep: 3, scoreAttribute: "evaluation/returnMean", frequency: 10)
///
/// With a number to keep, the best checkpoints stay, and the latest one besides. Without a score the newest ones are the
/// best.
public struct CheckpointConfig: Sendable, Equatable {
    /// How many checkpoints stay; nil for all. The latest one stays besides, until the next is made.
    public let numToKeep: Int?
    /// The metric that scores a checkpoint, with slashes between the keys of maps inside one another; nil when newer ones
    /// are better.
    public let scoreAttribute: String?
    /// Which scores are the better ones.
    public let scoreOrder: ScoreOrder
    /// After how many iterations a checkpoint is made each time; 0 when it is not asked for by iterations.
    public let frequency: Int
    /// Whether one is made at the end; nil where the kind of trainable decides: yes for classes, no for functions.
    public let atEnd: Bool?

    /// The settings that nobody changed: all checkpoints stay, and one is made at the end of what is no function.
    public static let standard = CheckpointConfig()

    private init() {
        numToKeep = nil
        scoreAttribute = nil
        scoreOrder = .max
        frequency = 0
        atEnd = nil
    }

    /// Says when checkpoints are made and which stay.
    ///
    /// - Throws: `StateError` with `.outOfRange` that names the value: fewer than one checkpoint to keep, an attribute
    ///   without a name, a negative frequency.
    public init(
        numToKeep: Int? = nil, scoreAttribute: String? = nil, scoreOrder: ScoreOrder = .max, frequency: Int = 0,
        atEnd: Bool? = nil
    ) throws(StateError) {
        if let numToKeep, numToKeep < 1 {
            throw Self.error(.numToKeep, "\(numToKeep) is out of range (allowed: at least 1, or none to keep all)")
        }
        if let scoreAttribute {
            let keys = scoreAttribute.parts(between: "/")
            guard keys.allSatisfy({ !$0.isEmpty }) else {
                throw Self.error(
                    .scoreAttribute,
                    "\"\(scoreAttribute.shortened)\" names no metric: expected a key, or several with slashes between")
            }
        }
        guard frequency >= 0 else {
            throw Self.error(.frequency, "\(frequency) is out of range (allowed: at least 0, which is never)")
        }
        self.numToKeep = numToKeep
        self.scoreAttribute = scoreAttribute
        self.scoreOrder = scoreOrder
        self.frequency = frequency
        self.atEnd = atEnd
    }

    /// Checks that the settings suit a trainable that is a function: it alone decides when it reports a checkpoint.
    ///
    /// - Throws: `StateError` with `.outOfRange` for a frequency and for a checkpoint that is to be made at the end.
    public func validateForFunction() throws(StateError) {
        let advice = "a function trainable reports its checkpoints itself"
        guard frequency == 0 else {
            throw Self.error(.frequency, "\(frequency) cannot be asked for: \(advice); leave it at 0")
        }
        guard atEnd != true else {
            throw Self.error(.atEnd, "true cannot be asked for: \(advice); leave it out")
        }
    }

    /// Whether a trainable of the class style makes a checkpoint after a result. However many reasons there are, it makes
    /// one.
    ///
    /// - Parameters:
    ///   - iteration: the number of the iteration that gave the result, the first being 1.
    ///   - done: whether it was the last one.
    ///   - requested: whether the result itself asks for a checkpoint.
    public func shouldCheckpoint(iteration: Int, done: Bool, requested: Bool = false) -> Bool {
        requested || (done && atEnd ?? true) || (frequency > 0 && iteration % frequency == 0)
    }

    /// The names of the settings, as messages and data have them.
    enum Key: String, CaseIterable {
        case numToKeep, scoreAttribute, scoreOrder, frequency, atEnd
    }

    private static func error(_ key: Key, _ message: String) -> StateError {
        StateError(.outOfRange, message, path: key.rawValue)
    }
}
