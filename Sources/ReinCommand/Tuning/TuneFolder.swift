import Rein
import ReinTune

/// The folder of an experiment: what the tuner keeps there, and the plan in `tune.json`.
struct TuneFolder {
    /// Where it is.
    let path: String

    /// The plan.
    static let planName = "tune.json"
    /// What the tuner writes first.
    private static let journalName = "journal.jsonl"

    /// The path of the plan.
    var planPath: String { "\(path)/\(Self.planName)" }

    /// Whether an experiment was begun here.
    ///
    /// - Throws: `StateError` when the system does not tell.
    var holdsExperiment: Bool {
        get throws(StateError) { try LocalFile.exists("\(path)/\(Self.journalName)") }
    }

    /// The folder that an experiment gets when nobody says another one: `runs/` and the name of its file.
    static func standard(for file: String) -> TuneFolder {
        var name = file.split(separator: "/").last.map(String.init) ?? ""
        if name.lowercased().hasSuffix(".json"), name.count > 5 { name = String(name.dropLast(5)) }
        return TuneFolder(path: "runs/\(name)")
    }

    /// Makes the folder and writes the plan, so that an experiment that is killed at once can be begun again.
    ///
    /// - Throws: `CommandFailure` when there is something else in the folder, `StateError` when it cannot be written.
    func begin(_ plan: TunePlan) throws {
        try expectNothing()
        do {
            try LocalFile.makeDirectories(path)
        } catch {
            guard error.code == .alreadyExists else { throw error }
            throw CommandFailure.wrongPath(error.path, error.message)
        }
        let lock = try DirectoryLock(on: path)
        defer { lock.release() }
        // Another process may have begun here in the meantime.
        try expectNothing()
        try write(plan)
    }

    /// Writes the plan.
    ///
    /// - Throws: `StateError` when that fails; the old one is then still there.
    func write(_ plan: TunePlan) throws(StateError) { try LocalFile.replace(planPath, with: try plan.text()) }

    private func expectNothing() throws {
        if try holdsExperiment {
            throw CommandFailure.wrongPath(
                path,
                "there is an experiment in this folder; continue it with --resume \(Wording.shell(path)), or give "
                    + "another --directory")
        }
        guard try LocalFile.exists(path), try LocalFile.isDirectory(path) else { return }
        let others = try LocalFile.names(in: path).filter { name in
            name != DirectoryLock.fileName && name != Self.planName
                && !TemporaryName.matches(name, replacing: Self.planName)
                && !TemporaryName.matches(name, replacing: Self.journalName)
        }
        guard let other = others.sortedByBytes.first else { return }
        throw CommandFailure.wrongPath(
            path, "there is something else in this folder (\(other.shortened)); give another --directory")
    }
}
