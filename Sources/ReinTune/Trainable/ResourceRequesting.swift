public import ReinCheckpoints

/// A trainable that knows what it needs. Nobody else then says what it gets.
public protocol ResourceRequesting: Trainable {
    /// What one with these settings needs; nil for what any gets.
    ///
    /// - Throws: what is wrong with the settings.
    static func defaultResourceRequest(for configuration: StateMap) throws -> PlacementGroup?

    /// How to change what it gets, for messages.
    static var resourceHelp: String { get }
}

extension ResourceRequesting {
    /// Nothing.
    public static var resourceHelp: String { "" }
}

/// Who says what a trainable gets.
struct ResourceRequest: Sendable {
    /// Whether the trainable itself says it.
    let isOfTrainable: Bool
    /// What it says about it to a person.
    let help: String
    /// What one with settings gets.
    let resources: @Sendable (StateMap) throws -> PlacementGroup?

    /// What is said for a trainable.
    init(_ resources: @escaping @Sendable (StateMap) throws -> PlacementGroup) {
        isOfTrainable = false
        help = ""
        self.resources = resources
    }

    /// What a type says; nil when it says nothing.
    init?<Base: Trainable>(of type: Base.Type) {
        guard let requesting = type as? any ResourceRequesting.Type else { return nil }
        isOfTrainable = true
        help = requesting.resourceHelp
        resources = { configuration in try requesting.defaultResourceRequest(for: configuration) }
    }

    /// The help, as the end of a sentence.
    var advice: String { help.isEmpty ? "" : ": \(help)" }
}
