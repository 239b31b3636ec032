/// NumPy's `SeedSequence`: hashes an integer of any length into four well-mixed 64-bit words.
///
/// The pool has four 32-bit words; the constants and the order of the operations are NumPy's
/// (after O'Neill's `seed_seq_fe`). All arithmetic wraps.
struct SeedSequence {
    private var pool: SIMD4<UInt32> = .zero
    private var hashConstant: UInt32 = 0x43b0_d7e5

    /// Mixes an integer below 2⁶⁴, given by its two 32-bit digits. Allocates nothing.
    init(low: UInt32, high: UInt32) {
        fillPool(SIMD4(low, high, 0, 0))
    }

    /// Mixes an integer given by its 32-bit digits, least significant first.
    init(digits: [UInt32]) {
        var first = SIMD4<UInt32>.zero
        for (index, digit) in digits.prefix(4).enumerated() { first[index] = digit }
        fillPool(first)
        for digit in digits.dropFirst(4) {
            for target in 0..<4 { pool[target] = Self.mix(pool[target], hash(digit)) }
        }
    }

    /// The four 64-bit words that seed PCG64.
    var words: SIMD4<UInt64> {
        var constant: UInt32 = 0x8b51_f9dd
        var result = SIMD4<UInt64>.zero
        for index in 0..<8 {
            var value = pool[index % 4] ^ constant
            constant &*= 0x58f3_8ded
            value &*= constant
            value ^= value >> 16
            result[index / 2] |= UInt64(value) << (index % 2 == 0 ? 0 : 32)
        }
        return result
    }

    private mutating func fillPool(_ digits: SIMD4<UInt32>) {
        for index in 0..<4 { pool[index] = hash(digits[index]) }
        for source in 0..<4 {
            for target in 0..<4 where target != source {
                pool[target] = Self.mix(pool[target], hash(pool[source]))
            }
        }
    }

    private mutating func hash(_ word: UInt32) -> UInt32 {
        var value = word ^ hashConstant
        hashConstant &*= 0x931e_8875
        value &*= hashConstant
        return value ^ value >> 16
    }

    private static func mix(_ x: UInt32, _ y: UInt32) -> UInt32 {
        let value = 0xca01_f9dd &* x &- 0x4973_f715 &* y
        return value ^ value >> 16
    }
}
