@testable import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A directory that vanishes with its last user.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws(StateError) {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/rein-tests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system("make a temporary directory", base) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        if let directory = try? Directory(opening: path) { try? directory.removeContents() }
        rmdir(path)
    }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    /// What lies in the directory.
    var names: [String] { (try? Directory(opening: path).names()) ?? [] }
}

/// The bytes of a file.
func readFile(_ path: String) throws(StateError) -> StateBytes {
    let name = lastComponent(of: path)
    return try Directory(opening: String(path.dropLast(name.count))).read(name, limit: .max)
}

/// Writes a file anew.
func overwrite(_ path: String, _ bytes: [UInt8]) throws(StateError) {
    unlink(path)
    let name = lastComponent(of: path)
    try Directory(opening: String(path.dropLast(name.count))).write(bytes, to: name)
}

/// Every file below a directory with its bytes, by relative path.
func contents(_ path: String, under prefix: String = "") throws(StateError) -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try Directory(opening: path).names() {
        let place = joinedPath(prefix, name)
        if let bytes = try? Directory(opening: path).read(name, limit: .max) {
            files[place] = bytes.array
        } else {
            for (key, value) in try contents("\(path)/\(name)", under: place) { files[key] = value }
        }
    }
    return files
}

/// The error of state that `body` throws, nil when it throws none.
func stateError(_ body: () throws -> Void) -> StateError? {
    do { try body() } catch { return error as? StateError }
    return nil
}
