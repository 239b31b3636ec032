import Rein

/// The directory of a run: `params.json`, `progress.csv`, `result.json` and `checkpoint_000000`, `checkpoint_000001` ...
struct RunDirectory {
    /// Where it is.
    let path: String

    /// The parameters of the run.
    var parametersPath: String { path + "/params.json" }
    /// The table of results, a row for each iteration.
    var progressPath: String { path + "/progress.csv" }
    /// The results in full, one JSON object a line.
    var resultPath: String { path + "/result.json" }

    /// Whether there is a run in the directory.
    var holdsRun: Bool {
        LocalFile.exists(parametersPath) || LocalFile.exists(progressPath) || LocalFile.exists(resultPath)
            || newestCheckpoint != nil
    }

    /// The checkpoint of the highest number, if there is one.
    var newestCheckpoint: String? { checkpointNumbers.max().map(checkpointPath) }

    /// Where the next checkpoint goes: one number above the highest there is.
    var nextCheckpoint: String { checkpointPath((checkpointNumbers.max() ?? -1) + 1) }

    private var checkpointNumbers: [Int] { LocalFile.names(in: path).compactMap(Self.checkpointNumber) }

    private func checkpointPath(_ number: Int) -> String {
        let digits = String(number)
        return "\(path)/checkpoint_" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// The number in a name such as `checkpoint_000012`, or nil for other names: those with more zeros than a run writes,
    /// and numbers that no run comes to, which cannot be counted on from.
    private static func checkpointNumber(_ name: String) -> Int? {
        let prefix = "checkpoint_"
        guard name.hasPrefix(prefix) else { return nil }
        let digits = name.dropFirst(prefix.count)
        guard (6...15).contains(digits.count), digits.count == 6 || digits.first != "0",
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(digits)
    }

    /// The run that a checkpoint belongs to: it has a name of the right form and lies beside a `params.json`.
    static func containing(checkpoint path: String) -> RunDirectory? {
        guard
            let absolute = LocalFile.absolutePath(path), let slash = absolute.lastIndex(of: "/"),
            checkpointNumber(String(absolute[absolute.index(after: slash)...])) != nil
        else { return nil }
        let run = RunDirectory(path: LocalFile.displayPath(String(absolute[..<slash])))
        return LocalFile.exists(run.parametersPath) ? run : nil
    }

    /// Makes the directory that was asked for.
    ///
    /// - Throws: `CommandFailure` when it holds a run already or cannot be made.
    static func make(at path: String) throws -> RunDirectory {
        let run = RunDirectory(path: path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path)
        guard !run.holdsRun else {
            throw CommandFailure.wrongPath(
                path, "there is a run in this directory; continue it with --resume, or give another --output")
        }
        do {
            try LocalFile.makeDirectories(path)
        } catch {
            guard error.code == .alreadyExists else { throw error }
            throw CommandFailure.wrongPath(error.path, error.message)
        }
        return run
    }

    /// Makes a directory below `runs` for a run; `-2`, `-3` ... is appended to a name that is taken.
    ///
    /// - Throws: `CommandFailure` when it cannot be made.
    static func makeNew(named name: String) throws -> RunDirectory {
        try LocalFile.makeDirectories("runs")
        var number = 1
        while true {
            let path = number == 1 ? "runs/\(name)" : "runs/\(name)-\(number)"
            if try LocalFile.makeNewDirectory(path) { return RunDirectory(path: path) }
            number += 1
        }
    }
}
