public import ReinCheckpoints

extension ActorCritic: Checkpointable {
    /// The architecture, and every tensor by name in the order of the flat buffer.
    public var state: StateTree {
        return [
            "architecture": StateEncoder().encode(architecture),
            "parameters": ParameterTree.tree(of: parameters, views: views),
        ]
    }

    /// Takes over architecture and parameters.
    ///
    /// - Throws: `StateError` when the architecture is impossible, or a tensor is missing, unknown or of another shape.
    public mutating func restore(from state: StateTree) throws(StateError) {
        self = try ActorCritic(restoring: StateReader(state))
    }

    /// Creates the network that `state` was taken from.
    ///
    /// - Throws: `StateError` when the architecture is impossible, or a tensor is missing, unknown or of another shape.
    public init(restoring reader: StateReader) throws(StateError) {
        self.init(try Self.architecture(reader))
        try ParameterTree.read(try reader.child("parameters"), views: views, into: &parameters)
    }

    /// Creates what is left of the network that `state` was taken from when nobody asks for state values; see
    /// `withoutValue`. There is never room for more, and the value network's tensors are not looked at.
    ///
    /// - Throws: `StateError` as `init(restoring:)`.
    public init(restoringWithoutValue reader: StateReader) throws(StateError) {
        let saved = ActorCritic(unfilled: try Self.architecture(reader))
        self.init(saved.architecture.withoutValue)
        // Under the names that they had beside a value network.
        let end = saved.policyRange.upperBound
        try ParameterTree.read(
            try reader.child("parameters"), views: saved.views.filter { $0.offset < end },
            ignoring: ["valueCore", "value"], into: &parameters)
    }

    private static func architecture(_ reader: StateReader) throws(StateError) -> ActorCriticArchitecture {
        let description = try reader.child("architecture")
        let architecture = try reader.decode(ActorCriticArchitecture.self, "architecture")
        if let problem = architecture.problem { throw description.error(.outOfRange, problem) }
        return architecture
    }
}
