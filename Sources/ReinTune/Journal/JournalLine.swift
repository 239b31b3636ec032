import ReinCheckpoints

/// A line of a journal: the checksum of what follows, the number of the line from 0, and what was written down.
///
///     5d1c2b0e 12 {"reported":"abcde_00003",...}
struct JournalLine {
    /// The number of the line among all that were ever written.
    let number: Int
    /// What was written down.
    let record: StateTree

    /// Makes a line.
    init(number: Int, record: StateTree) {
        self.number = number
        self.record = record
    }

    /// Reads a line.
    ///
    /// - Throws: `StateError` with `.checksumMismatch` when it is not as it was written.
    init(_ bytes: [UInt8]) throws(StateError) {
        let parts = bytes.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 8,
            parts[0].elementsEqual(Self.digits(of: CRC32C.checksum(bytes.dropFirst(9))).utf8),
            let number = String(decoding: parts[1], as: UTF8.self).wholeNumber, number >= 0
        else { throw StateError(.checksumMismatch, "is not as it was written") }
        self.number = number
        record = try TreeLine.tree(in: Array(parts[2]))
    }

    /// The line as text, without its end.
    ///
    /// - Throws: `StateError` that names a tensor, which no line can hold.
    func text() throws(StateError) -> String {
        let rest = "\(number) \(try TreeLine.text(of: record))"
        return "\(Self.digits(of: CRC32C.checksum(rest.utf8))) \(rest)"
    }

    private static func digits(of checksum: UInt32) -> String {
        let digits = String(checksum, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
