import ReinCheckpoints

/// What the settings of schedulers have in common as data: the keys of the objective, then their own.
extension TrialObjective {
    /// Reads settings.
    ///
    /// - Parameters:
    ///   - settings: the settings.
    ///   - keys: the keys that they have beside those of the objective.
    ///   - standard: the time attribute where none is given.
    ///   - read: makes them of their own keys, whose places are relative.
    /// - Throws: `StateError` with the place: of a key that is unknown, with the nearest one, and what `read` throws.
    static func settings<Key: RawRepresentable<String> & CaseIterable, Settings>(
        _ settings: StateReader, _ keys: Key.Type, timeAttribute standard: String,
        _ read: (_ value: (Key) -> StateReader?, TrialObjective) throws(StateError) -> Settings
    ) throws(StateError) -> Settings {
        try settings.expectKeys(TrialObjective.Key.allCases.map(\.rawValue) + Key.allCases.map(\.rawValue))
        let own = StateReader(settings.tree)
        do throws(StateError) {
            return try read({ own.optionalChild($0.rawValue) }, TrialObjective(own, timeAttribute: standard))
        } catch {
            throw error.below(settings)
        }
    }

    /// Settings as data.
    ///
    /// - Parameter own: the keys beside those of the objective, with their values.
    func tree<Key: RawRepresentable<String>>(_ own: [(Key, StateTree)]) -> StateTree {
        .map(StateMap(uniqueEntries: entries + own.map { ($0.0.rawValue, $0.1) }))
    }
}
