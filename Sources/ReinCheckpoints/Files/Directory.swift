#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An open directory. What is in it is reached by plain names and never through a symbolic link, so that nothing read
/// or written through it lies elsewhere.
struct Directory: ~Copyable {
    /// The path by which the directory was opened, for messages.
    let path: String
    /// The open directory, for the extensions of this type.
    let descriptor: Int32

    /// Opens a directory; the path may lead through symbolic links.
    init(opening path: String) throws(StateError) {
        let descriptor = uninterrupted { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else {
            throw errno == ENOTDIR
                ? StateError(.notFound, "is not a directory", path: path) : .system("open the directory", path)
        }
        self.init(path: path, descriptor: descriptor)
    }

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    // Once, and not wherever one goes: a call of the system takes far longer.
    @inline(never) deinit { close(descriptor) }

    /// Opens a directory in this one, nil when there is nothing of this name.
    func existingDirectory(_ name: String) throws(StateError) -> Directory? {
        do {
            return try directory(name)
        } catch  where error.code == .notFound {
            return nil
        }
    }

    /// Opens a directory in this one.
    func directory(_ name: String) throws(StateError) -> Directory {
        let descriptor = uninterrupted {
            openat(self.descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        }
        let path = path(of: name)
        guard descriptor >= 0 else {
            throw errno == ENOTDIR || errno == ELOOP
                ? StateError(.malformed, "is a symbolic link or no directory, which is not followed", path: path)
                : .system("open the directory", path)
        }
        return Directory(path: path, descriptor: descriptor)
    }

    /// Makes a directory in this one and opens it.
    func makeDirectory(_ name: String) throws(StateError) -> Directory {
        guard uninterrupted({ mkdirat(descriptor, name, 0o777) }) == 0 else {
            throw .system("make the directory", path(of: name))
        }
        return try directory(name)
    }

    /// Makes a directory in this one.
    ///
    /// - Returns: false when the name is taken.
    func makeNewDirectory(_ name: String) throws(StateError) -> Bool {
        if uninterrupted({ mkdirat(descriptor, name, 0o777) }) == 0 { return true }
        guard errno == EEXIST else { throw .system("make the directory", path(of: name)) }
        return false
    }

    /// Makes a directory in this one, unless it is there, and opens it.
    func newOrExistingDirectory(_ name: String) throws(StateError) -> Directory {
        guard uninterrupted({ mkdirat(descriptor, name, 0o777) }) == 0 || errno == EEXIST else {
            throw .system("make the directory", path(of: name))
        }
        return try directory(name)
    }

    /// What lies in this directory, sorted.
    func names() throws(StateError) -> [String] {
        // A descriptor of its own, since the position in the listing belongs to the descriptor.
        let listing = uninterrupted { openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard listing >= 0 else { throw .system("list the directory", path) }
        guard let stream = uninterrupted({ fdopendir(listing) }) else {
            let failure = StateError.system("list the directory", path)
            close(listing)
            throw failure
        }
        defer { closedir(stream) }
        var names: [String] = []
        func next() -> UnsafeMutablePointer<dirent>? {
            errno = 0
            return readdir(stream)
        }
        while let entry = uninterrupted(next) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw .system("list the directory", path) }
        return names.sortedByBytes
    }

    /// Whether something of this name lies here, be it a symbolic link.
    ///
    /// - Throws: `StateError` when the system does not tell.
    func contains(_ name: String) throws(StateError) -> Bool { try FileStatus(of: name, in: self) != nil }

    /// Opens a file to be read.
    ///
    /// - Throws: `StateError` when there is no such file, or that says what it is that is no file.
    func file(_ name: String) throws(StateError) -> RegularFile { try RegularFile(name, in: self) }

    /// Opens a file to be read, nil when there is nothing of this name.
    func existingFile(_ name: String) throws(StateError) -> RegularFile? {
        do {
            return try file(name)
        } catch  where error.code == .notFound {
            return nil
        }
    }

    /// The bytes of a file.
    ///
    /// - Parameter limit: the largest number of bytes that it may have.
    /// - Throws: `StateError` as `file`, or when it is larger or cannot be read.
    func read(_ name: String, limit: Int) throws(StateError) -> StateBytes {
        try file(name).bytes(limit: limit)
    }

    /// Creates a new file, to be written piece by piece. Nobody but the superuser can open it to be written again: it may
    /// come to be one with those of other checkpoints.
    func create(_ name: String) throws(StateError) -> FileSink {
        FileSink(path: path(of: name), descriptor: try createEmpty(name))
    }

    private func createEmpty(_ name: String) throws(StateError) -> Int32 {
        let file = uninterrupted {
            openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o444)
        }
        guard file >= 0 else { throw .system("create the file", path(of: name)) }
        return file
    }

    /// Gives a file of another directory a second name here: the two are then one file.
    ///
    /// - Returns: false when the file system cannot do that, or when the file is not as long as it was any more; there is
    ///   then no such name here.
    func link(_ earlier: EarlierFile, as name: String) -> Bool {
        let result = uninterrupted { linkat(earlier.folder.descriptor, earlier.name, descriptor, name, 0) }
        return result == 0 && keep(name, ifAsLongAs: earlier)
    }

    /// Makes a file here that shares the blocks of one of another directory for as long as neither is written to.
    ///
    /// - Returns: false as `link`.
    func clone(_ earlier: EarlierFile, as name: String) -> Bool {
        #if os(Linux)
        guard let file = try? createEmpty(name) else { return false }
        defer { close(file) }
        guard earlier.file.clone(into: file) else {
            _ = unlink(name, 0)
            return false
        }
        #else
        guard earlier.file.clone(to: name, in: descriptor) else { return false }
        #endif
        return keep(name, ifAsLongAs: earlier)
    }

    private func keep(_ name: String, ifAsLongAs earlier: EarlierFile) -> Bool {
        if (try? file(name).size) == earlier.size { return true }
        _ = unlink(name, 0)
        return false
    }

    /// Writes a new file.
    func write(_ bytes: [UInt8], to name: String) throws(StateError) {
        let file = try create(name)
        try file.write(bytes)
        _ = try file.finish()
    }

    /// Waits until the entries of this directory are on the disk.
    func synchronize() throws(StateError) {
        guard uninterrupted({ fsync(descriptor) }) == 0 else {
            throw .system("write the directory to the disk", path)
        }
    }

    /// Waits until a file is on the disk.
    func synchronizeFile(_ name: String) throws(StateError) {
        try file(name).synchronize()
    }

    /// Removes everything in this directory, without following symbolic links. The named file goes first.
    ///
    /// - Throws: the first error, after everything else that can be removed is gone.
    func removeContents(first name: String? = nil) throws(StateError) {
        if let name { _ = unlink(name, 0) }
        var failure: StateError?
        for name in try names() where unlink(name, 0) != 0 && errno != ENOENT {
            do {
                guard let folder = try existingDirectory(name) else { continue }
                try folder.removeContents()
                try removeDirectory(name)
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// Removes an empty directory in this one; it may be gone already.
    func removeDirectory(_ name: String) throws(StateError) {
        guard unlink(name, AT_REMOVEDIR) == 0 || errno == ENOENT else { throw .system("remove", path(of: name)) }
    }

    /// Removes a file in this one; it may be gone already.
    func removeFile(_ name: String) throws(StateError) {
        guard unlink(name, 0) == 0 || errno == ENOENT else { throw .system("remove", path(of: name)) }
    }

    private func unlink(_ name: String, _ flags: Int32) -> Int32 {
        uninterrupted { unlinkat(descriptor, name, flags) }
    }

    /// The path of what has this name here, for messages.
    @inline(never)
    func path(of name: String) -> String {
        if name == "." { return path }
        return path.hasSuffix("/") ? path + name : "\(path)/\(name)"
    }
}
