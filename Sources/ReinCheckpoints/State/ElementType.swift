extension StateTensor {
    /// The type of a tensor's elements. Raw values are the names in safetensors files.
    public enum ElementType: String, Sendable, CaseIterable {
        /// 64-bit floating point.
        case float64 = "F64"
        /// 32-bit floating point.
        case float32 = "F32"
        /// 16-bit floating point, IEEE binary16.
        case float16 = "F16"
        /// 64-bit signed integer.
        case int64 = "I64"
        /// 32-bit signed integer.
        case int32 = "I32"
        /// 16-bit signed integer.
        case int16 = "I16"
        /// 8-bit signed integer.
        case int8 = "I8"
        /// 64-bit unsigned integer.
        case uint64 = "U64"
        /// 32-bit unsigned integer.
        case uint32 = "U32"
        /// 16-bit unsigned integer.
        case uint16 = "U16"
        /// 8-bit unsigned integer.
        case uint8 = "U8"
        /// A byte, 0 or 1.
        case bool = "BOOL"

        /// The number of bytes of an element.
        public var size: Int {
            switch self {
            case .float64, .int64, .uint64: 8
            case .float32, .int32, .uint32: 4
            case .float16, .int16, .uint16: 2
            case .int8, .uint8, .bool: 1
            }
        }

        /// NumPy's name, with the byte order: `"<f4"`, `"|u1"`, ...
        public var numpyName: String {
            switch self {
            case .float64: "<f8"
            case .float32: "<f4"
            case .float16: "<f2"
            case .int64: "<i8"
            case .int32: "<i4"
            case .int16: "<i2"
            case .int8: "|i1"
            case .uint64: "<u8"
            case .uint32: "<u4"
            case .uint16: "<u2"
            case .uint8: "|u1"
            case .bool: "|b1"
            }
        }
    }
}
