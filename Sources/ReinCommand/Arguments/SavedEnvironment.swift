import Rein

extension TrainingEnvironment {
    /// The environment whose name an algorithm was saved with.
    ///
    /// - Throws: `CommandFailure` when there is none of that name here: the option for another one is missing then.
    init(of checkpoint: SavedCheckpoint) throws {
        let name = try checkpoint.algorithm().environment
        do throws(EnvironmentError) {
            try self.init(named: name)
        } catch {
            throw CommandFailure.wrongChoice(
                "\(checkpoint.path): \(error); give one with the same spaces, as --environment NAME")
        }
    }
}
