import CZip
import Foundation
import ReinCheckpoints
import Testing

/// Zip archives made by libzip, to be read again.
package enum ZipFile {
    /// An archive with these entries, none of them compressed unless `isCompressed`.
    package static func bytes(
        _ entries: [(name: String, contents: [UInt8])], isCompressed: Bool = false
    ) throws -> [UInt8] {
        try withTemporaryDirectory { directory in
            let path = directory + "/archive.zip"
            var code: Int32 = 0
            let archive = try #require(zip_open(path, ZIP_CREATE | ZIP_EXCL, &code))
            var copies: [UnsafeMutableRawBufferPointer] = []
            defer { for copy in copies { copy.deallocate() } }
            for (name, contents) in entries {
                let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, contents.count), alignment: 1)
                copy.copyBytes(from: contents)
                copies.append(copy)
                let source = try #require(zip_source_buffer(archive, copy.baseAddress, UInt64(contents.count), 0))
                let index = zip_file_add(archive, name, source, 0)
                try #require(index >= 0)
                zip_set_file_compression(archive, UInt64(index), isCompressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0)
            }
            try #require(zip_close(archive) == 0)
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        }
    }

    /// All entries of an archive, by name.
    package static func entries(_ bytes: [UInt8]) throws -> [(name: String, contents: [UInt8])] {
        let archive = try ZipArchive(bytes)
        return try archive.entries.keys.sorted().map { ($0, try archive.read($0, limit: 1 << 26)) }
    }

    /// The archive with some entries replaced.
    package static func replacing(_ changes: [String: [UInt8]], in bytes: [UInt8]) throws -> [UInt8] {
        try self.bytes(try entries(bytes).map { ($0.name, changes[$0.name] ?? $0.contents) })
    }
}

/// Calls a body with the path of a file of these contents.
package func withFile<Result>(_ contents: [UInt8], _ body: (String) throws -> Result) throws -> Result {
    try withTemporaryDirectory { directory in
        let path = directory + "/file"
        try Data(contents).write(to: URL(fileURLWithPath: path))
        return try body(path)
    }
}
