extension LineFile {
    /// The last line that ends, of a file of any length; nil when there is none, when it is very long, or when the file
    /// cannot be read.
    package static func lastLine(of path: String) -> [UInt8]? {
        guard let file = try? RegularFile(opening: path) else { return nil }
        for window in [1 << 14, 1 << 20, 1 << 24] {
            let start = max(0, file.size - window)
            guard let bytes = try? file.array(start..<file.size), let end = bytes.lastIndex(of: lineFeed) else {
                continue
            }
            if let before = bytes[..<end].lastIndex(of: lineFeed) { return Array(bytes[(before + 1)..<end]) }
            if start == 0 { return Array(bytes[..<end]) }
        }
        return nil
    }

    private static let lineFeed = UInt8(ascii: "\n")
}

extension RegularFile {
    /// Reads a part of the file; less when it became shorter meanwhile.
    fileprivate func array(_ part: Range<Int>) throws(StateError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: part.count)
        var failure: StateError?
        let count = bytes.withUnsafeMutableBytes { memory in
            do throws(StateError) {
                return try read(into: memory, at: part.lowerBound)
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
