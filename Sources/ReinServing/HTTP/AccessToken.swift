#if Serving
public import ReinCheckpoints

/// What clients show to be answered: `Authorization: Bearer TOKEN`.
///
/// Only its checksum is kept, and checksums are compared in full, so that how long a refusal takes says nothing of how much
/// of a guess is right.
public struct AccessToken: Sendable {
    private let checksum: [UInt8]

    /// Takes a token over.
    ///
    /// - Throws: `StateError` when it is empty, or has characters that a header cannot.
    public init(_ token: String) throws(StateError) {
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw StateError(
                .outOfRange, "a token has letters, digits and signs of ASCII, without spaces, and is not empty")
        }
        checksum = Array(Checksum.hexadecimal(Array(token.utf8)).utf8)
    }

    /// Reads a token from the first line of a file.
    ///
    /// - Throws: `StateError` when there is no such file, or no token in it.
    public init(readingFile path: String) throws(StateError) {
        let bytes = try RegularFile(opening: path).array(limit: 1 << 16)
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        do throws(StateError) {
            try self.init(String(decoding: line, as: UTF8.self))
        } catch { throw error.nested(under: path) }
    }

    /// Checks what a client shows.
    ///
    /// - Throws: `ServingError` with `.unauthenticated` when it is missing or another.
    package func check(_ authorization: String?) throws(ServingError) {
        guard let authorization, authorization.utf8.count > 7, authorization.prefix(7).lowercased() == "bearer " else {
            throw ServingError(.unauthenticated, "expected Authorization: Bearer and the token of this server")
        }
        let shown = Array(Checksum.hexadecimal(Array(authorization.utf8.dropFirst(7))).utf8)
        var difference: UInt8 = 0
        for (left, right) in zip(shown, checksum) { difference |= left ^ right }
        guard difference == 0 else { throw ServingError(.unauthenticated, "the token is not that of this server") }
    }
}
#endif
