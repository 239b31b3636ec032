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
    private let descriptor: Int32

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

    deinit { close(descriptor) }

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
        guard mkdirat(descriptor, name, 0o777) == 0 else { throw .system("make the directory", path(of: name)) }
        return try directory(name)
    }

    /// Makes a directory in this one, unless it is there, and opens it.
    func newOrExistingDirectory(_ name: String) throws(StateError) -> Directory {
        guard mkdirat(descriptor, name, 0o777) == 0 || errno == EEXIST else {
            throw .system("make the directory", path(of: name))
        }
        return try directory(name)
    }

    /// What lies in this directory, sorted.
    func names() throws(StateError) -> [String] {
        // A descriptor of its own, since the position in the listing belongs to the descriptor.
        let listing = uninterrupted { openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard listing >= 0, let stream = fdopendir(listing) else { throw .system("list the directory", path) }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw .system("list the directory", path) }
        return names.sorted()
    }

    /// Whether something of this name lies here, be it a symbolic link.
    func contains(_ name: String) -> Bool {
        var status = stat()
        return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
    }

    /// Maps a file into memory. It must not be changed or shortened as long as the bytes are used; checkpoints never
    /// are.
    ///
    /// - Throws: `StateError` when there is no such file, or when it is a symbolic link, a pipe or a device.
    func map(_ name: String) throws(StateError) -> StateBytes {
        let path = path(of: name)
        let (file, count) = try openFile(name, path: path)
        defer { close(file) }
        guard count > 0 else { return StateBytes([]) }
        guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, file, 0), base != MAP_FAILED else {
            throw .system("map the file", path)
        }
        return StateBytes(base: base, count: count) { base, count in
            munmap(UnsafeMutableRawPointer(mutating: base), count)
        }
    }

    /// Reads the beginning of a file, all of it if it is no longer than `limit`; nil when there is no such file.
    ///
    /// - Throws: `StateError` as `map`.
    func beginning(of name: String, limit: Int) throws(StateError) -> (bytes: StateBytes, isWhole: Bool)? {
        let path = path(of: name)
        let file: Int32
        let count: Int
        do {
            (file, count) = try openFile(name, path: path)
        } catch  where error.code == .notFound {
            return nil
        }
        defer { close(file) }
        var done = 0
        var hasFailed = false
        let bytes = StateBytes(count: min(count, limit)) { buffer in
            while done < buffer.count {
                let read = uninterrupted {
                    pread(file, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(done))
                }
                hasFailed = read < 0
                if read <= 0 { break }
                done += read
            }
        }
        guard !hasFailed else { throw .system("read the file", path) }
        return (bytes[0..<done], count <= limit)
    }

    /// Opens a file to be read. The caller closes it.
    private func openFile(_ name: String, path: String) throws(StateError) -> (descriptor: Int32, count: Int) {
        // Not blocking: opening a pipe would wait for a writer.
        let file = uninterrupted { openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
        guard file >= 0 else {
            throw errno == ELOOP
                ? StateError(.malformed, "is a symbolic link, which is not followed", path: path)
                : .system("open the file", path)
        }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw StateError(.malformed, "is not a file", path: path)
        }
        return (file, Int(status.st_size))
    }

    /// Creates a new file, to be written piece by piece.
    func create(_ name: String) throws(StateError) -> FileSink {
        try Self.create(name, in: descriptor, path: path(of: name))
    }

    private static func create(_ name: String, in directory: Int32, path: String) throws(StateError) -> FileSink {
        let file = uninterrupted {
            openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
        }
        guard file >= 0 else { throw .system("create the file", path) }
        return FileSink(path: path, descriptor: file)
    }

    /// Creates a file with the bytes that are written to the result, unless they are those of an earlier file. The
    /// result must not outlive this directory.
    func create(_ name: String, unlessSameAs earlier: StateBytes) -> ComparingSink {
        let (directory, path) = (descriptor, path(of: name))
        return ComparingSink(earlier) { () throws(StateError) in
            try Self.create(name, in: directory, path: path)
        }
    }

    /// Gives a file of another directory a second name here: the two are then one file.
    ///
    /// - Returns: false when the file system cannot do that, or when the file is not the one with these bytes any more;
    ///   there is then no such name here.
    func link(_ name: String, to earlier: EarlierFile) -> Bool {
        guard linkat(earlier.folder.descriptor, earlier.name, descriptor, name, 0) == 0 else { return false }
        var status = stat()
        let isSame =
            fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFREG
            && Int(status.st_size) == earlier.bytes.count
        if !isSame { unlinkat(descriptor, name, 0) }
        return isSame
    }

    /// Writes a new file.
    func write(_ bytes: [UInt8], to name: String) throws(StateError) {
        let file = try create(name)
        try StateBytes(bytes).withUnsafeBytes { bytes throws(StateError) in try file.write(bytes) }
        _ = try file.finish()
    }

    /// Waits until the entries of this directory are on the disk.
    func synchronize() throws(StateError) {
        guard fsync(descriptor) == 0 else { throw .system("write the directory to the disk", path) }
    }

    /// Waits until a file is on the disk.
    func synchronizeFile(_ name: String) throws(StateError) {
        let file = uninterrupted { openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
        guard file >= 0 else { throw .system("open the file", path(of: name)) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw .system("write the file to the disk", path(of: name)) }
    }

    /// Removes everything in this directory, without following symbolic links. The named file goes first.
    func removeContents(first name: String? = nil) throws(StateError) {
        if let name { unlinkat(descriptor, name, 0) }
        for name in try names() {
            if unlinkat(descriptor, name, 0) == 0 { continue }
            try directory(name).removeContents()
            guard unlinkat(descriptor, name, AT_REMOVEDIR) == 0 else { throw .system("remove", path(of: name)) }
        }
    }

    /// Removes an empty directory in this one.
    func removeDirectory(_ name: String) throws(StateError) {
        guard unlinkat(descriptor, name, AT_REMOVEDIR) == 0 else { throw .system("remove", path(of: name)) }
    }

    private func path(of name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }
}
