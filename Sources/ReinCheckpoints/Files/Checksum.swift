import COpenSSL

/// SHA-256 checksums.
package enum Checksum {
    /// The checksum of some bytes as 64 hexadecimal digits.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    package static func hexadecimal(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes(hexadecimal) }

    /// The checksum of some bytes as 64 hexadecimal digits.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    static func hexadecimal(_ bytes: StateBytes) -> String { bytes.withUnsafeBytes(hexadecimal) }

    @inline(never)  // Once for its many callers, to whom a call is nothing.
    private static func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
        let checksum = RunningChecksum()
        checksum.update(bytes)
        return checksum.hexadecimal()
    }
}

/// The SHA-256 checksum of bytes that come piece by piece.
struct RunningChecksum: ~Copyable {
    private let context: OpaquePointer

    /// The algorithm, looked up once: that takes longer than the checksum of a small tensor.
    ///
    /// `nonisolated(unsafe)`: OpenSSL shares fetched algorithms among threads, and this one is never released.
    private nonisolated(unsafe) static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

    /// Starts with no bytes.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex2(context, Self.algorithm, nil) == 1 else {
            preconditionFailure("no memory for a checksum")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes the next bytes.
    func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        let result = EVP_DigestUpdate(context, base, bytes.count)
        precondition(result == 1, "SHA-256 takes any bytes")
    }

    /// Ends with the checksum of all bytes, as 64 hexadecimal digits.
    @inline(never)
    func hexadecimal() -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(EVP_MAX_MD_SIZE)) { digest in
            var length: UInt32 = 0
            let result = EVP_DigestFinal_ex(context, digest.baseAddress, &length)
            precondition(result == 1, "SHA-256 ends after any bytes")
            return String(unsafeUninitializedCapacity: 2 * Int(length)) { digits in
                for index in 0..<Int(length) {
                    digits[2 * index] = Self.digit(digest[index] >> 4)
                    digits[2 * index + 1] = Self.digit(digest[index] & 15)
                }
                return 2 * Int(length)
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
