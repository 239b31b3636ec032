#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Directory {
    /// Gives this directory everything that lies in another one, but for the remains of writers.
    ///
    /// - Parameters:
    ///   - other: the other one.
    ///   - names: what is left out of its uppermost folder.
    ///   - isSharing: whether the files may be the same, under a second name, where the file system can do that.
    ///   - depth: the number of folders above.
    /// - Throws: `StateError` that names what is no file or folder, or cannot be read or written.
    func copyContents(
        of other: borrowing Directory, leavingOut names: [String] = [], sharing isSharing: Bool = false,
        depth: Int = 0
    ) throws(StateError) {
        guard depth < StateTree.maximumDepth else {
            throw StateError(.outOfRange, "lies deeper than \(StateTree.maximumDepth) folders", path: other.path)
        }
        for name in try other.names() where !TemporaryName.matches(name) && !names.contains(name) {
            let status = try FileStatus(of: name, in: other)
            if status == nil, FileName.mayNotBeUTF8(name) {
                throw StateError(.malformed, "is a name that is not UTF-8", path: other.path(of: name))
            }
            if status?.kind == .directory {
                try makeDirectory(name).copyContents(
                    of: other.directory(name), sharing: isSharing, depth: depth + 1)
            } else {
                let file = try other.file(name)
                if isSharing, linkFile(name, of: other) { continue }
                try copy(file, as: name)
            }
        }
    }

    private func linkFile(_ name: String, of other: borrowing Directory) -> Bool {
        let (source, target) = (other.descriptor, descriptor)
        return uninterrupted { linkat(source, name, target, name, 0) } == 0
    }

    private func copy(_ file: borrowing RegularFile, as name: String) throws(StateError) {
        let sink = try create(name)
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { piece.deallocate() }
        var offset = 0
        while true {
            let count = try file.read(into: piece, at: offset)
            if count == 0 { break }
            try sink.write(UnsafeRawBufferPointer(rebasing: piece[..<count]))
            offset += count
        }
        _ = try sink.finish()
    }
}
