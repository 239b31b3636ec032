import COpenSSL

/// SHA-256 checksums.
enum Checksum {
    /// The checksum of some bytes as 64 hexadecimal digits.
    static func hexadecimal(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes(hexadecimal) }

    /// The checksum of some bytes as 64 hexadecimal digits.
    static func hexadecimal(_ bytes: StateBytes) -> String { bytes.withUnsafeBytes(hexadecimal) }

    private static func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
        let checksum = RunningChecksum()
        checksum.update(bytes)
        return checksum.hexadecimal()
    }
}

/// The SHA-256 checksum of bytes that come piece by piece.
struct RunningChecksum: ~Copyable {
    private let context: OpaquePointer

    /// Starts with no bytes.
    init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
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
    func hexadecimal() -> String {
        let digest = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { digest, count in
            var length: UInt32 = 0
            let result = EVP_DigestFinal_ex(context, digest.baseAddress, &length)
            precondition(result == 1, "SHA-256 ends after any bytes")
            count = Int(length)
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
