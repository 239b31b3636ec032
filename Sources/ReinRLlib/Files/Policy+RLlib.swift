public import ReinCheckpoints
public import ReinPolicies

extension Policy {
    /// What the RLlib file that the policy was read from has beyond what is known here: settings, weights that are not
    /// used, entries of other programs. It is carried along and written back to MessagePack files; nil for policies that
    /// come from elsewhere.
    public var rllib: StateTree? {
        get { foreignState }
        set { foreignState = newValue }
    }

    /// The settings of the file of RLlib's that the policy was read from; nil for policies that come from elsewhere.
    var rllibSettings: StateReader? {
        rllib.flatMap { StateReader($0).optionalChild("policy_spec")?.optionalChild("config") }
    }
}
