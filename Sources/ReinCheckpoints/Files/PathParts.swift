/// The last component of a path, trailing slashes aside; empty when there is none.
package func lastComponent(of path: String) -> String {
    let bytes = path.utf8
    let end = pathEnd(bytes)
    let start = bytes[..<end].lastIndex(of: UInt8(ascii: "/")).map { bytes.index(after: $0) } ?? bytes.startIndex
    return String(path[start..<end])
}

/// The path of the directory that has the last component of a path: `.` for one without slashes.
package func parentPath(of path: String) -> String {
    let bytes = path.utf8
    guard let slash = bytes[..<pathEnd(bytes)].lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return String(path[...slash])
}

/// A path without the slashes at its end; empty for nothing but slashes.
func withoutTrailingSlashes(_ path: String) -> String { String(path[..<pathEnd(path.utf8)]) }

/// Where the slashes at the end of a path begin.
private func pathEnd(_ bytes: String.UTF8View) -> String.Index {
    bytes.lastIndex { $0 != UInt8(ascii: "/") }.map { bytes.index(after: $0) } ?? bytes.startIndex
}
