public import ReinCheckpoints

/// A parameter that a searcher finds values for: its name, what it can be, and when there is one.
///
///     let parameters = [
///         SearchParameter("algorithm", .choice(["ppo", "sac"])),
///         SearchParameter("clip", .uniform(0.05...0.5), when: .init("algorithm", is: "ppo")),
///     ]
///
/// A searcher suggests a flat map from paths to values, in the order of its parameters, without those that do not exist.
public struct SearchParameter: Sendable, Equatable {
    /// The name, different from those of all others: the place of the value in the settings, such as `network/width`.
    public let path: String
    /// What the parameter can be.
    public let domain: Domain
    /// When there is such a parameter; always when nil.
    public let condition: Condition?

    /// Makes a parameter.
    public init(_ path: String, _ domain: Domain, when condition: Condition? = nil) {
        self.path = path
        self.domain = domain
        self.condition = condition
    }

    /// That another parameter, a choice, has one of some values. Where that one does not exist, this one does not either.
    public struct Condition: Sendable, Equatable {
        /// The path of the other parameter, which comes before this one.
        public let path: String
        /// The values of it that this parameter exists for.
        public let values: [StateTree]

        /// Makes a condition of some values.
        public init(_ path: String, isAnyOf values: [StateTree]) {
            self.path = path
            self.values = values
        }

        /// Makes a condition of one value.
        public init(_ path: String, is value: StateTree) { self.init(path, isAnyOf: [value]) }
    }
}
