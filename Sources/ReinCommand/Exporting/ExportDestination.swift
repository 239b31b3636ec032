import ArgumentParser
import Rein

/// Where exported files go.
struct ExportDestination {
    /// The file of one policy, or the directory of several.
    let path: String
    /// Whether files that are there may be replaced.
    let replacesExisting: Bool

    /// Makes sure that the place can be used, before there is something to write.
    ///
    /// - Throws: `CommandFailure` when it is taken, inside a checkpoint, or in a directory that is not there.
    func check(isDirectory: Bool) throws {
        let parent = DestinationOptions.parent(of: path)
        guard try LocalFile.isDirectory(parent) else {
            throw CommandFailure.wrongPath(path, "there is no directory \(parent) to make it in")
        }
        try Self.checkOutsideCheckpoints(path)
        if isDirectory { try checkDirectory() } else { try NewFile.check(path, replacing: replacesExisting) }
    }

    private func checkDirectory() throws {
        guard try LocalFile.exists(path) || LocalFile.isLink(path) else { return }
        guard try LocalFile.isDirectory(path) else {
            throw CommandFailure.wrongPath(path, "is there already and is no directory; choose another name")
        }
        guard try !CheckpointDirectory.exists(at: path) else {
            throw CommandFailure.wrongPath(path, "is a checkpoint, which is never changed where it lies")
        }
        guard replacesExisting else {
            throw CommandFailure.wrongPath(
                path, "is there already; choose another name, or replace the files in it with --force")
        }
    }

    private static func checkOutsideCheckpoints(_ path: String) throws {
        guard let checkpoint = try DestinationOptions.checkpoint(around: DestinationOptions.parent(of: path)) else {
            return
        }
        throw CommandFailure.wrongPath(
            path, "this is a place inside the checkpoint \(checkpoint), which is never changed where it lies")
    }

    /// Makes sure that a file can be made in a folder of a directory that is there.
    private static func checkFile(_ file: String) throws {
        let folder = DestinationOptions.parent(of: file)
        guard try LocalFile.exists(folder) || LocalFile.isLink(folder) else { return }
        guard try LocalFile.isDirectory(folder) else {
            throw CommandFailure.wrongPath(folder, "is there already and is no directory; choose another name")
        }
        try checkOutsideCheckpoints(file)
        try NewFile.check(file, replacing: true)
    }

    /// The path of the file of a model.
    func file(of model: ExportedModel, isInDirectory: Bool) -> String {
        guard isInDirectory, let id = model.id else { return path }
        return "\(path.hasSuffix("/") ? String(path.dropLast()) : path)/\(id)/\(model.form.fileName)"
    }

    /// Writes the file of one policy, whole or not at all.
    ///
    /// - Throws: `CommandFailure` when something has come to be there, `StateError` when it cannot be written.
    func write(_ model: ExportedModel) throws { try write(model, to: path) }

    /// Writes the files of several policies, each in a folder. A directory that is not there yet is made whole or not at
    /// all; in one that is there each file is.
    ///
    /// - Throws: `CommandFailure` when something else is there, `StateError` when they cannot be written.
    func write(_ models: [ExportedModel]) throws {
        guard try LocalFile.isDirectory(path) else {
            var tree = FileTree()
            for model in models {
                guard let id = model.id else { continue }
                try tree.insert(StateBytes(sharing: model.bytes), at: "\(id)/\(model.form.fileName)")
            }
            return try naming { () throws(StateError) in try tree.makeDirectory(at: path) }
        }
        let files = models.map { file(of: $0, isInDirectory: true) }
        for file in files { try Self.checkFile(file) }
        for (model, file) in zip(models, files) {
            try LocalFile.makeDirectories(DestinationOptions.parent(of: file))
            try write(model, to: file)
        }
    }

    private func write(_ model: ExportedModel, to file: String) throws {
        try naming { () throws(StateError) in
            try LocalFile.replace(file, replacingExisting: replacesExisting) { sink throws(StateError) in
                try sink.write(model.bytes)
            }
        }
    }

    private func naming(_ body: () throws(StateError) -> Void) throws {
        do throws(StateError) { try body() } catch {
            guard error.code == .alreadyExists else { throw error }
            throw CommandFailure.wrongPath(path, error.message)
        }
    }
}
