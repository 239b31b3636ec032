#if Serving
public import ReinCheckpoints
public import ReinPolicies

/// Where models come from: a checkpoint of an algorithm or a policy, of Rein or of RLlib; the directory of a run, whose
/// checkpoints are its versions; or an agent of Stable-Baselines3, as a zip file or unpacked.
///
///     let sources = [try ModelSource(parsing: "runs/league"), try ModelSource(parsing: "best=runs/old:red")]
///
/// A model has the name of its policy, unless the source gives one policy another. That of a checkpoint of a single policy
/// is the name of its directory (or zip file), and `default_policy` where that only counts.
public struct ModelSource: Sendable, Hashable {
    /// The path of the checkpoint or run.
    public var path: String
    /// Which policies are served: ids and patterns; all when nil. The name of a single policy may be there, too.
    public var policies: PolicySelection?
    /// The name of the only model; nil for the policies' own.
    public var name: PolicyID?
    /// Which policy gets that name; it may be left out when there is only one.
    public var id: PolicyID?
    /// What Stable-Baselines3's VecNormalize saved for an agent of its; the policy then reads raw observations.
    public var normalization: String?

    /// Serves the policies of a checkpoint or run under their own names.
    public init(path: String, policies: PolicySelection? = nil) {
        self.path = path
        self.policies = policies
    }

    /// Serves one policy of a checkpoint or run.
    ///
    /// - Parameters:
    ///   - path: the path of the checkpoint or run.
    ///   - name: the name of the model.
    ///   - id: which policy it is; it may be left out when there is only one.
    public init(path: String, name: PolicyID, id: PolicyID? = nil) {
        self.path = path
        self.name = name
        self.id = id
    }

    /// Reads the form of the command line: `CHECKPOINT`, or `NAME=CHECKPOINT[:ID]` to give one policy a name. What is the
    /// path of something that is there is one, whatever characters are in it.
    ///
    /// - Throws: `StateError` when the name or the id can be none.
    public init(parsing text: String) throws(StateError) {
        self.init(path: text)
        guard try !LocalFile.exists(text), let equals = text.firstIndex(of: "=") else { return }
        name = try PolicyID(String(text[..<equals]))
        path = String(text[text.index(after: equals)...])
        guard try !LocalFile.exists(path), let colon = path.lastIndex(of: ":") else { return }
        id = try PolicyID(String(path[path.index(after: colon)...]))
        path = String(path[..<colon])
    }
}
#endif
