#if Serving
extension TensorDatatype {
    /// What is wrong with the first wrong element of binary data: a truth value that is neither 0 nor 1, or a number that
    /// is not finite; nil if all are right.
    ///
    /// - Parameter bytes: `count` elements, aligned as they need it.
    package func firstFault(in bytes: UnsafeRawBufferPointer, count: Int) -> String? {
        switch self {
        case .bool:
            firstIndex(in: bytes, of: UInt8.self) { $0 > 1 }
                .map { "element \($0) is the byte \(bytes[$0]), expected 0 or 1" }
        case .fp16: nonFinite(in: bytes, exponent: 0x7c00 as UInt16)
        case .bf16: nonFinite(in: bytes, exponent: 0x7f80 as UInt16)
        case .fp32: nonFinite(in: bytes, exponent: 0x7f80_0000 as UInt32)
        case .fp64: nonFinite(in: bytes, exponent: 0x7ff0_0000_0000_0000 as UInt64)
        default: nil
        }
    }

    /// The first of some numbers that is not finite; nil if all are.
    static func firstNonFinite(in numbers: UnsafeBufferPointer<Float>) -> Int? {
        let exponent: UInt32 = 0x7f80_0000
        return TensorDatatype.fp32.firstIndex(in: UnsafeRawBufferPointer(numbers), of: UInt32.self) {
            $0 & exponent == exponent
        }
    }

    /// The same for numbers, in which all bits of the exponent are 1 where they are not finite.
    private func nonFinite<Bits: FixedWidthInteger & BitwiseCopyable>(
        in bytes: UnsafeRawBufferPointer, exponent: Bits
    ) -> String? {
        firstIndex(in: bytes, of: Bits.self) { $0 & exponent == exponent }.map { index in
            let bits = bytes.assumingMemoryBound(to: Bits.self)[index]
            let isNegative = bits & (1 << (Bits.bitWidth - 1)) != 0
            let isNaN = bits << 1 != exponent << 1
            let word = isNaN ? "NaN" : isNegative ? "-infinity" : "infinity"
            return "element \(index) is \(word), expected a finite number"
        }
    }

    @inline(__always)
    private func firstIndex<Bits: FixedWidthInteger & BitwiseCopyable>(
        in bytes: UnsafeRawBufferPointer, of type: Bits.Type, where isWrong: (Bits) -> Bool
    ) -> Int? {
        let elements = bytes.assumingMemoryBound(to: Bits.self)
        // Without a way out, the usual case is a loop of vectors.
        var wrong: Bits = 0
        for element in elements { wrong |= isWrong(element) ? 1 : 0 }
        return wrong == 0 ? nil : elements.firstIndex(where: isWrong)
    }
}
#endif
