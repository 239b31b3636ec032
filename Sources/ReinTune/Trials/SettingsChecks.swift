import ReinCheckpoints

/// Refuses a name that is no key, and no keys with slashes between.
///
/// - Parameters:
///   - name: the name.
///   - setting: the setting that has it.
func validatedMetric(_ name: String, _ setting: String) throws(StateError) -> String {
    guard name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty }) else {
        throw StateError(
            .outOfRange, "\"\(name.shortened)\" names no metric: expected a key, or several with slashes between",
            path: setting)
    }
    return name
}

/// Refuses a setting.
///
/// - Parameters:
///   - isAllowed: whether the value is allowed.
///   - setting: the setting.
///   - value: its value.
///   - allowed: which values are allowed.
func check(
    _ isAllowed: Bool, _ setting: some RawRepresentable<String>, _ value: some Sendable, allowed: String
) throws(StateError) {
    guard !isAllowed else { return }
    throw StateError(.outOfRange, "\(value) is out of range (allowed: \(allowed))", path: setting.rawValue)
}

extension StateError {
    /// The same error with the place of a reader before its own.
    func below(_ reader: StateReader) -> StateError { reader.path.isEmpty ? self : nested(under: reader.path) }
}

extension StateReader {
    /// The order at this place.
    ///
    /// - Throws: `StateError` for anything but the name of one.
    func scoreOrder() throws(StateError) -> ScoreOrder { try choice("order") }

    /// Checks that saved state belongs to these settings.
    ///
    /// - Throws: `StateError` when it was written with others.
    func expectSettings<Settings: Equatable>(
        _ settings: Settings, reading read: (StateReader) throws(StateError) -> Settings
    ) throws(StateError) {
        let saved = try child("settings")
        guard try read(saved) == settings else {
            throw saved.error(.outOfRange, "this is the state of one with other settings")
        }
    }
}
