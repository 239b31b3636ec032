public import ReinCheckpoints

/// What a scheduler wants done. Actions are carried out in the order in which they are returned.
public enum SchedulerAction: Sendable, Equatable {
    /// The trial, which runs or is paused, comes to its end.
    case stop(TrialID)
    /// The trial, which runs, is saved unless `saving` is false, and gives its place to others.
    case pause(TrialID, saving: Bool = true)
    /// The trial, which runs, makes a checkpoint now.
    case save(TrialID)
    /// The trial, which is paused, goes on from the newest checkpoint of another one, or of its own, with other settings.
    case exploit(Exploit)

    /// How a trial takes over from another one.
    public struct Exploit: Sendable, Equatable {
        /// The trial that goes on elsewhere.
        public var target: TrialID
        /// The trial whose newest checkpoint it goes on from.
        public var donor: TrialID
        /// The settings that it goes on with.
        public var configuration: StateMap
        /// Its tag from then on.
        public var tag: String

        /// Makes the description.
        public init(target: TrialID, donor: TrialID, configuration: StateMap, tag: String) {
            self.target = target
            self.donor = donor
            self.configuration = configuration
            self.tag = tag
        }
    }
}
