import COpenSSL

/// SHA-256 checksums.
enum Checksum {
    /// The checksum of some bytes as 64 hexadecimal digits.
    static func hexadecimal(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes(hexadecimal) }

    /// The checksum of some bytes as 64 hexadecimal digits.
    static func hexadecimal(_ bytes: StateBytes) -> String { bytes.withUnsafeBytes(hexadecimal) }

    private static func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
        let digest = [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { digest, count in
            let empty: [UInt8] = [0]
            empty.withUnsafeBufferPointer { empty in
                let input = bytes.bindMemory(to: UInt8.self)
                _ = SHA256(input.baseAddress ?? empty.baseAddress, bytes.count, digest.baseAddress)
            }
            count = Int(SHA256_DIGEST_LENGTH)
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
