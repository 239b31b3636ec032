import Rein
import ReinTune

/// The folder of an experiment: what the tuner keeps there, and the plan in `tune.json`. Or an address in a storage.
struct TuneFolder {
    /// Where it is.
    let path: String
    /// Its address, if it lies in a storage.
    let uri: StorageURI?

    /// The plan.
    static let planName = "tune.json"
    /// What the tuner writes first.
    private static let journalName = "journal.jsonl"

    /// A folder of this machine.
    init(path: String) { self.init(path: path, uri: nil) }

    private init(path: String, uri: StorageURI?) {
        self.path = path
        self.uri = uri
    }

    /// The folder of a path or an address, as somebody has written it.
    ///
    /// - Throws: `CommandFailure` for what is no address, or has a scheme that there is not.
    init(_ text: String) throws {
        guard text.contains("://") else {
            self.init(path: text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text)
            return
        }
        do throws(StateError) {
            let uri = try StorageURI(text)
            _ = try StorageSchemes.storage(at: uri)
            if uri.scheme == "file" {
                self.init(path: "/\(uri.path)")
            } else {
                self.init(path: uri.description, uri: uri)
            }
        } catch {
            throw CommandFailure.wrongChoice("\(error)")
        }
    }

    /// The path of the plan.
    var planPath: String { "\(path)/\(Self.planName)" }

    /// Whether an experiment was begun here.
    ///
    /// - Throws: `StateError` when the system does not tell.
    var holdsExperiment: Bool {
        get throws(StateError) {
            guard let uri else { return try LocalFile.exists("\(path)/\(Self.journalName)") }
            return try storage(at: uri).exists(Self.journalName)
        }
    }

    /// Whether the plan is here.
    ///
    /// - Throws: `StateError` when the system or the storage does not tell.
    var holdsPlan: Bool {
        get throws(StateError) {
            guard let uri else { return try LocalFile.exists(planPath) }
            return try storage(at: uri).exists(Self.planName)
        }
    }

    /// The plan.
    ///
    /// - Throws: as `TunePlan.init(readingFrom:)`, and `StateError` when the storage fails.
    func plan() throws -> TunePlan {
        guard let uri else { return try TunePlan(readingFrom: planPath) }
        return try TunePlan(try storage(at: uri).read(Self.planName, limit: TunePlan.sizeLimit), from: planPath)
    }

    /// What the experiment came to.
    ///
    /// - Throws: as `ResultGrid.reading`.
    func results() throws -> ResultGrid {
        guard uri != nil else { return try ResultGrid(reading: path) }
        let path = path
        return try BackgroundWork { try await ResultGrid.reading(path) }.wait().get()
    }

    private func storage(at uri: StorageURI) throws(StateError) -> any Storage {
        RetryingStorage(try StorageSchemes.storage(at: uri))
    }

    /// The folder that an experiment gets when nobody says another one: `runs/` and the name of its file.
    static func standard(for file: String) -> TuneFolder {
        var name = file.split(separator: "/").last.map(String.init) ?? ""
        if name.lowercased().hasSuffix(".json"), name.count > 5 { name = String(name.dropLast(5)) }
        return TuneFolder(path: "runs/\(name)")
    }

    /// Makes the folder and writes the plan, so that an experiment that is killed at once can be begun again. In a storage
    /// the plan is brought with the experiment.
    ///
    /// - Throws: `CommandFailure` when there is something else in the folder, `StateError` when it cannot be written.
    func begin(_ plan: TunePlan) throws {
        try expectNothing()
        guard uri == nil else { return }
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
        guard uri == nil, try LocalFile.exists(path), try LocalFile.isDirectory(path) else { return }
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
