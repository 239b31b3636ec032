/// A file that another one may share its bytes with, and what is known of it.
final class EarlierFile {
    /// The number of bytes that it should have.
    let size: Int
    /// The SHA-256 that it should have, in hexadecimal digits.
    let sha256: String
    /// Where it lies.
    let folder: Directory
    /// Its name there.
    let name: String
    /// The open file.
    let file: RegularFile

    /// Opens the file at a path below a directory.
    init(_ path: String, size: Int, sha256: String, in directory: borrowing Directory) throws(StateError) {
        let names = path.parts(between: "/", omittingEmpty: true)
        var folder = try directory.directory(names.count > 1 ? names[0] : ".")
        for name in names.dropFirst().dropLast() { folder = try folder.directory(name) }
        self.size = size
        self.sha256 = sha256
        name = names.last ?? ""
        file = try folder.file(name)
        self.folder = folder
    }

    /// Whether the bytes have the checksum that they should have.
    var isAsRecorded: Bool {
        let checksum = RunningChecksum()
        guard (try? file.bytes(limit: size) { checksum.update($0) }) != nil else { return false }
        return checksum.hexadecimal() == sha256
    }
}
