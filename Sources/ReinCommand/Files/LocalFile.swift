#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Files and directories of the machine, with errors that name them.
enum LocalFile {
    /// Whether there is something at the path.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether there is a directory at the path.
    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The absolute path without symbolic links, or nil when there is nothing at the path.
    static func absolutePath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The path as seen from the working directory when it lies below it, otherwise as it is.
    static func displayPath(_ path: String) -> String {
        guard let current = absolutePath("."), path.hasPrefix(current + "/") else { return path }
        return String(path.dropFirst(current.count + 1))
    }

    /// The names in a directory, sorted; empty when there is no such directory.
    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The number of bytes in all files of a directory and those below it.
    static func totalBytes(_ path: String) -> Int {
        names(in: path).reduce(0) { sum, name in
            var status = stat()
            guard lstat("\(path)/\(name)", &status) == 0 else { return sum }
            if status.st_mode & S_IFMT == S_IFDIR { return sum + totalBytes("\(path)/\(name)") }
            return sum + Int(status.st_size)
        }
    }

    /// Makes a directory and those above it; it may exist already.
    ///
    /// - Throws: `CommandFailure` when that fails.
    static func makeDirectories(_ path: String) throws {
        var partial = path.hasPrefix("/") ? "/" : ""
        for component in path.split(separator: "/") {
            partial += partial.isEmpty || partial.hasSuffix("/") ? component : "/" + component
            if mkdir(partial, 0o777) != 0, errno != EEXIST { throw CommandFailure.system(partial) }
        }
        guard isDirectory(path) else { throw CommandFailure("\(path): there is a file in the place of a directory") }
    }

    /// Makes a directory that is not there yet.
    ///
    /// - Returns: false when it is.
    /// - Throws: `CommandFailure` when it cannot be made.
    static func makeNewDirectory(_ path: String) throws -> Bool {
        if mkdir(path, 0o777) == 0 { return true }
        if errno == EEXIST { return false }
        throw CommandFailure.system(path)
    }

    /// The bytes of a file.
    ///
    /// - Throws: `CommandFailure` when it cannot be read.
    static func read(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure.system(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = chunk.withUnsafeMutableBytes { buffer in
                #if canImport(Darwin)
                Darwin.read(descriptor, buffer.baseAddress, buffer.count)
                #elseif canImport(Musl)
                Musl.read(descriptor, buffer.baseAddress, buffer.count)
                #else
                Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                #endif
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw CommandFailure.system(path)
            }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// Replaces a file as a whole: a reader finds the old bytes or the new ones.
    ///
    /// - Throws: `CommandFailure` when that fails.
    static func replace(_ path: String, with text: String) throws {
        let temporary = "\(path).partial-\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw CommandFailure.system(temporary) }
        let isWritten = writeAll(Array(text.utf8), to: descriptor) && fsync(descriptor) == 0
        let failure = CommandFailure.system(temporary)
        close(descriptor)
        guard isWritten else {
            unlink(temporary)
            throw failure
        }
        guard rename(temporary, path) == 0 else {
            let failure = CommandFailure.system(path)
            unlink(temporary)
            throw failure
        }
    }
}
