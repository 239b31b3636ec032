import Rein

extension TrainingEnvironment {
    /// The environment whose name an algorithm was saved with.
    ///
    /// - Parameter path: the checkpoint.
    /// - Throws: `CommandFailure` when there is none of that name here: the option for another one is missing then.
    init(of algorithm: StateReader, at path: String) throws {
        let name = try algorithm.string("environment")
        do throws(EnvironmentError) {
            try self.init(named: name)
        } catch {
            throw CommandFailure.wrongChoice("\(path): \(error); give one with the same spaces, as --environment NAME")
        }
    }
}
