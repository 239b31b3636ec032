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

    /// The number of failures that are written down; 0 when the file cannot be read.
    static func count(in folder: String) -> Int {
        guard var reader = try? LineReader(opening: "\(folder)/\(name)", limit: LineFile.lineLimit) else { return 0 }
        var count = 0
        while let line = try? reader.next() { if line.starts(with: "Failure # ".utf8) { count += 1 } }
        return count
    }
}
