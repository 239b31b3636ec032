#if Serving
import ReinCheckpoints
import ReinNumerics

extension InferenceTensor {
    /// The number of elements.
    var count: Int { shape.reduce(1, *) }

    /// The elements as numbers of single precision.
    ///
    /// - Returns: the tensor's own bytes where they are such numbers already; otherwise `[count]` converted ones.
    /// - Throws: `ServingError` when they are no numbers, are not finite, or single precision does not hold one.
    func floats() throws(ServingError) -> AlignedBuffer<UInt8> {
        let floats =
            switch datatype {
            case .fp32: bytes
            case .fp64: converted(Double.self) { Float($0) }
            case .fp16: converted(UInt16.self) { Self.float(half: UInt16(littleEndian: $0)) }
            case .bf16: converted(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
            case .int8: converted(Int8.self) { Float($0) }
            case .int16: converted(Int16.self) { Float($0) }
            case .int32: converted(Int32.self) { Float($0) }
            case .int64: converted(Int64.self) { Float($0) }
            case .uint8: converted(UInt8.self) { Float($0) }
            case .uint16: converted(UInt16.self) { Float($0) }
            case .uint32: converted(UInt32.self) { Float($0) }
            case .uint64: converted(UInt64.self) { Float($0) }
            case .bool, .bytes:
                throw ServingError(
                    .invalidArgument,
                    "input \"\(name)\": expected numbers, FP32 for instance, found \(datatype.rawValue)")
            }
        let numbers = UnsafeRawPointer(floats.pointer).assumingMemoryBound(to: Float.self)
        if let index = Kernels.firstNotFinite(numbers, count: count) {
            throw ServingError(
                .invalidArgument, "input \"\(name)\": element \(index) is \(numbers[index]), which is no finite number")
        }
        return floats
    }

    private func converted<Element: BitwiseCopyable>(
        _ type: Element.Type, _ convert: (Element) -> Float
    ) -> AlignedBuffer<UInt8> {
        let result = AlignedBuffer<UInt8>(count: count * MemoryLayout<Float>.stride)
        let source = UnsafeRawPointer(bytes.pointer).assumingMemoryBound(to: Element.self)
        let target = UnsafeMutableRawPointer(result.pointer).assumingMemoryBound(to: Float.self)
        for index in 0..<count { target[index] = convert(source[index]) }
        return result
    }

    /// A number of half precision: a sign, five bits of exponent, ten of fraction.
    static func float(half bits: UInt16) -> Float {
        let sign = UInt32(bits >> 15) << 31
        let exponent = UInt32(bits >> 10) & 31
        let fraction = UInt32(bits) & 1023
        switch exponent {
        case 0: return Float(bitPattern: sign) + (sign == 0 ? 1 : -1) * Float(fraction) * 0x1p-24
        case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
#endif
