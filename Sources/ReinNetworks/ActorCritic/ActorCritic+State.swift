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
        let description = try reader.child("architecture")
        let architecture = try reader.decode(ActorCriticArchitecture.self, "architecture")
        if let problem = architecture.problem { throw description.error(.outOfRange, problem) }
        self.init(architecture)
        try ParameterTree.read(try reader.child("parameters"), views: views, into: &parameters)
    }
}
