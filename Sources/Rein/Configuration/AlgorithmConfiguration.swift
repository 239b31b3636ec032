public import ReinCheckpoints

/// The settings of an algorithm: a value with a default for everything.
///
///     let configuration = PPO.Configuration(seed: 7).with { $0.discount = 0.98 }
public protocol AlgorithmConfiguration: Sendable, Hashable, Codable {
    /// The defaults.
    init()
    /// The seed that every random stream of a run is derived from; at least 0.
    var seed: Int { get set }
    /// The number of copies of the environment that are stepped side by side; at least 1.
    var environmentCount: Int { get set }
    /// The files by which other programs run a policy that checkpoints hold beside its state. None, unless given.
    var exportsNativeModelFiles: NativeModelFiles { get }
    /// Keys of other methods that this one cannot have, by their full names, and why; for error messages.
    static var refusals: [String: String] { get }
    /// The keys whose values all policies of an algorithm have in common, because they say how the environments are
    /// stepped. `seed` and `environmentCount`, unless given.
    static var sharedKeys: [String] { get }
    /// What there is to say of each setting, in any order. Nothing, unless given.
    static var settingDeclarations: [SettingDeclaration<Self>] { get }
    /// Checks every value. Those that are declared are compared with their ranges, unless given.
    ///
    /// - Throws: `ConfigurationError` that names the key, the value and what is allowed.
    func validate() throws(ConfigurationError)
}

extension AlgorithmConfiguration {
    /// No such keys.
    public static var refusals: [String: String] { [:] }

    /// None.
    public var exportsNativeModelFiles: NativeModelFiles { .none }

    /// The seed and the number of environments.
    public static var sharedKeys: [String] { ["seed", "environmentCount"] }

    /// Nothing is declared.
    public static var settingDeclarations: [SettingDeclaration<Self>] { [] }

    /// Checks that every value is in the range that is declared for it.
    ///
    /// - Throws: `ConfigurationError` that names the key, the value and what is allowed.
    public func validate() throws(ConfigurationError) { try requireDeclaredRanges() }

    /// A copy with changes.
    public func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }

    /// The configuration as data, every key present.
    public var tree: StateTree { StateEncoder().encode(self) }

    /// Creates a configuration from the values in `tree` and the defaults for everything else.
    ///
    /// - Throws: `ConfigurationError` for a key that does not exist (naming the nearest one that does), a value of the
    ///   wrong type, or one out of range.
    public init(overlaying tree: StateTree) throws(ConfigurationError) { try self.init(overlaying: tree, on: Self()) }

    /// Creates a configuration from the values in `tree` and those of another configuration for everything else.
    ///
    /// - Throws: `ConfigurationError` for a key that does not exist (naming the nearest one that does), a value of the
    ///   wrong type, or one out of range.
    public init(overlaying tree: StateTree, on base: Self) throws(ConfigurationError) {
        try self.init(laying: tree, over: base)
        try validate()
    }

    /// The same without a check of the values together.
    init(laying tree: StateTree, over base: Self) throws(ConfigurationError) {
        let standard = base.tree
        let merged = try ConfigurationOverlay.merge(tree, over: standard, refusals: Self.refusals)
        do {
            self = try StateDecoder().decode(Self.self, from: merged, path: "")
        } catch {
            let path = error.path.split(separator: "/").map(String.init)
            var refusal: String?
            if let given = merged[path: path], let standard = standard[path: path] {
                refusal = ConfigurationValue.refusal(of: given, inPlaceOf: standard)
            }
            throw ConfigurationError(key: path.joined(separator: "."), problem: refusal ?? error.message)
        }
    }
}
