import Foundation
import Rein

extension URL {
    /// The path of the file that the URL stands for, as system calls take it.
    ///
    /// - Throws: `StateError` with `.unsupportedFormat` for a URL that is not of a file, such as `https:`.
    func requirePath() throws(StateError) -> String {
        guard isFileURL else {
            throw StateError(
                .unsupportedFormat, "is no URL of a file; files alone are read and written", path: absoluteString)
        }
        let path = path(percentEncoded: false)
        // A directory's URL ends in a slash, which is no part of its name.
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}
