import Rein

extension TrainingEnvironment {
    /// The environment whose name an algorithm was saved with.
    ///
    /// - Parameter settings: what to say about one outside of this program, beside what was saved.
    /// - Throws: `CommandFailure` when there is none of that name here: the option for another one is missing then.
    init(of checkpoint: SavedCheckpoint, saying settings: StateMap = [:]) throws {
        let algorithm = try checkpoint.algorithm()
        var all = algorithm.environmentSettings
        for (key, value) in settings.entries {
            // Keyword arguments that are given go before those that were saved, one by one.
            all[key] = all[key]?.overlaid(by: value) ?? value
        }
        do throws(EnvironmentError) {
            try self.init(named: algorithm.environment, settings: all, record: algorithm.environmentRecord)
        } catch {
            throw CommandFailure.wrongChoice(
                "\(checkpoint.path): \(error); give one with the same spaces, as --environment NAME")
        }
    }
}
