extension ActorCritic {
    /// What is left of the network when nobody asks for state values: it computes the same policy head, bit for bit, and
    /// its parameters are those of the policy alone, in memory of their own.
    public var withoutValue: ActorCritic {
        guard value != nil else { return self }
        var rest = ActorCritic(unfilled: architecture.withoutValue)
        // The policy's part is where the buffer begins, whether hidden layers are shared or not.
        rest.parameters = Array(parameters[policyRange])
        return rest
    }
}
