import Rein

/// A setting of some policies given as text: `pol0:discount=0.98`, `small*:network.hidden=[32,32]`.
struct PolicyAssignmentText {
    private let policies: PolicySelection
    private let assignment: ConfigurationAssignment

    /// Reads `id:key=value`.
    ///
    /// - Throws: `ConfigurationError` when there is no id or no `key=value`, `StateError` for what cannot be an id.
    init(parsing text: String) throws {
        guard let separator = text.firstIndex(of: ":"), separator > text.startIndex else {
            throw ConfigurationError(key: text, problem: "write id:key=value, as in pol0:discount=0.98")
        }
        policies = try PolicySelection(parsing: String(text[..<separator]))
        assignment = try ConfigurationAssignment(parsing: String(text[text.index(after: separator)...]))
    }

    /// Puts the value into the settings of the policies that are meant.
    ///
    /// - Throws: `StateError` for an id or pattern that no policy has.
    func apply(to settings: inout [PolicyID: StateTree], policies known: [PolicyID]) throws {
        for id in try policies.ids(in: known) {
            assignment.apply(to: &settings[id, default: [:]])
        }
    }
}
