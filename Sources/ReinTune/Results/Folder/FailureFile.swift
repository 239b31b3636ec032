import ReinCheckpoints

/// The failures of a trial in words, each behind the others: the file `error.txt`.
enum FailureFile {
    /// The name of the file in the trial's folder.
    static let name = "error.txt"

    /// Adds a failure.
    ///
    /// - Parameters:
    ///   - folder: the trial's folder, which is made when it is not there.
    ///   - number: the number of the failure, from 1.
    ///   - message: what failed; may have several lines.
    ///   - seconds: when, in seconds since 1970.
    /// - Throws: `StateError` when it cannot be written; the file is then as it was.
    static func append(to folder: String, number: Int, _ message: String, at seconds: Int) throws(StateError) {
        var time = LocalTime()
        try LocalFile.makeDirectories(folder)
        try LineFile(appendingTo: "\(folder)/\(name)").append([
            "Failure # \(number) (occurred at \(time.text(of: seconds)))", message,
        ])
    }
}
