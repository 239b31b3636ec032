import Rein

/// A run's directory in which this process alone writes, for as long as the claim lives.
///
/// Whatever earlier processes left unfinished there is removed when it is claimed. Whoever only reads needs no claim.
final class ClaimedRun {
    /// The directory.
    let directory: RunDirectory
    private let lock: DirectoryLock

    private init(_ directory: RunDirectory, _ lock: DirectoryLock) {
        self.directory = directory
        self.lock = lock
        directory.removeRemains()
    }

    /// Claims the directory of a run that is there.
    ///
    /// - Throws: `StateError` with `.inUse` that names the process that works there, or that says why there can be no
    ///   lock.
    convenience init(_ directory: RunDirectory) throws(StateError) {
        self.init(directory, try DirectoryLock(on: directory.path))
    }

    /// Gives the claim back. Of no effect the second time.
    func release() { lock.release() }

    /// What a person should know about the claim.
    var warnings: [String] {
        lock.isEffective
            ? []
            : ["\(directory.path): this file system has no locks; see to it that no other process trains here"]
    }
}

extension ClaimedRun {
    /// Makes and claims the directory that was asked for.
    ///
    /// - Throws: `CommandFailure` when it holds a run already or cannot be made, `StateError` as `init`.
    static func make(at path: String) throws -> ClaimedRun {
        let run = RunDirectory(path: path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path)
        func expectNone() throws {
            guard try run.holdsRun else { return }
            throw CommandFailure.wrongPath(
                path, "there is a run in this directory; continue it with --resume, or give another --output")
        }
        try expectNone()
        do {
            try LocalFile.makeDirectories(path)
        } catch {
            guard error.code == .alreadyExists else { throw error }
            throw CommandFailure.wrongPath(error.path, error.message)
        }
        let claim = try ClaimedRun(run)
        // Another process may have begun and ended there in the meantime.
        try expectNone()
        return claim
    }

    /// Makes and claims a directory below `runs` for a run; `-2`, `-3` ... is appended to a name that is taken.
    ///
    /// A directory of the name in which a process was killed before it could begin is used again.
    ///
    /// - Throws: `CommandFailure` when it cannot be made, `StateError` as `init`.
    static func makeNew(named name: String) throws -> ClaimedRun {
        try LocalFile.makeDirectories("runs")
        var number = 1
        while true {
            let run = RunDirectory(path: number == 1 ? "runs/\(name)" : "runs/\(name)-\(number)")
            let isFree = try LocalFile.makeNewDirectory(run.path) || run.holdsNothing
            if isFree, let claim = try claimIfFree(run), try run.holdsNothing { return claim }
            number += 1
        }
    }

    private static func claimIfFree(_ run: RunDirectory) throws(StateError) -> ClaimedRun? {
        do {
            return try ClaimedRun(run)
        } catch {
            guard error.code == .inUse else { throw error }
            return nil
        }
    }
}
