public import ReinCheckpoints

/// What becomes of trials that fail.
public struct FailurePolicy: Sendable, Hashable {
    /// How often a trial goes on after a failure; nil for any number of times.
    public let maximumFailures: Int?
    /// How often a trial may fail to go on from a checkpoint, one after another; the next failure is its last.
    public let maximumRestoreFailures: Int
    /// Whether the first trial that fails for good ends the experiment, which can be resumed.
    public let failsFast: Bool

    /// Makes a policy.
    ///
    /// - Throws: `StateError` for a negative number.
    public init(
        maximumFailures: Int? = 0, maximumRestoreFailures: Int = 3, failsFast: Bool = false
    ) throws(StateError) {
        if let maximumFailures, maximumFailures < 0 {
            throw StateError(
                .outOfRange, "\(maximumFailures) is out of range (allowed: 0 and more, or none for no limit)",
                path: "maximumFailures")
        }
        guard maximumRestoreFailures >= 0 else {
            throw StateError(
                .outOfRange, "\(maximumRestoreFailures) is out of range (allowed: 0 and more)",
                path: "maximumRestoreFailures")
        }
        self.maximumFailures = maximumFailures
        self.maximumRestoreFailures = maximumRestoreFailures
        self.failsFast = failsFast
    }

    private init() {
        maximumFailures = 0
        maximumRestoreFailures = 3
        failsFast = false
    }

    /// Every failure is a trial's last, and the others go on.
    public static let standard = FailurePolicy()
}
