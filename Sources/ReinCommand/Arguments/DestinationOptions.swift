import ArgumentParser
import Rein

/// Whether a command may replace what is in the place of the checkpoint it makes.
struct DestinationOptions: ParsableArguments {
    @Flag(help: "Replace the checkpoint at DESTINATION, at one stroke. Nothing but a checkpoint is ever replaced.")
    var force = false

    /// Makes a checkpoint.
    ///
    /// - Parameters:
    ///   - path: where it goes.
    ///   - sources: the checkpoints that it is made from. One of them may be replaced by what is made from it.
    ///   - body: writes it, and is told whether it may replace another one.
    /// - Throws: `CommandFailure` when the place is taken, inside a checkpoint, or in a directory that is not there;
    ///   whatever `body` throws.
    func makeCheckpoint<Result>(
        at path: String, _ body: (_ replacingExisting: Bool) throws -> Result
    ) throws -> Result {
        let parent = Self.parent(of: path)
        guard try LocalFile.isDirectory(parent) else {
            throw CommandFailure.wrongPath(path, "there is no directory \(parent) to make it in")
        }
        if let checkpoint = try Self.checkpoint(around: parent) {
            throw CommandFailure.wrongPath(
                path, "this is a place inside the checkpoint \(checkpoint), which is never changed where it lies")
        }
        if !force, try LocalFile.exists(path) {
            let way = try CheckpointDirectory.exists(at: path) ? ", or replace it with --force" : ""
            throw CommandFailure.wrongPath(path, "is there already; choose another name\(way)")
        }
        do {
            return try body(force)
        } catch let error as StateError where error.code == .alreadyExists {
            throw CommandFailure.wrongPath(path, error.message)
        }
    }

    /// The directory that a path is in.
    static func parent(of path: String) -> String {
        let trimmed = String(path.reversed().drop { $0 == "/" }.reversed())
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    /// The checkpoint that a directory is, or lies in.
    static func checkpoint(around directory: String) throws(StateError) -> String? {
        guard var place = try LocalFile.absolutePath(directory) else { return nil }
        while place != "/", !place.isEmpty {
            if try CheckpointDirectory.exists(at: place) { return LocalFile.displayPath(place) }
            place = parent(of: place)
        }
        return nil
    }
}
