#if Serving
/// What the elements of a tensor are, in the words of the Open Inference Protocol.
public enum TensorDatatype: String, Sendable, Hashable, CaseIterable {
    /// A truth value, one byte of 0 or 1.
    case bool = "BOOL"
    /// A number from 0, of 8 bits.
    case uint8 = "UINT8"
    /// A number from 0, of 16 bits.
    case uint16 = "UINT16"
    /// A number from 0, of 32 bits.
    case uint32 = "UINT32"
    /// A number from 0, of 64 bits.
    case uint64 = "UINT64"
    /// A whole number of 8 bits.
    case int8 = "INT8"
    /// A whole number of 16 bits.
    case int16 = "INT16"
    /// A whole number of 32 bits.
    case int32 = "INT32"
    /// A whole number of 64 bits.
    case int64 = "INT64"
    /// A floating-point number of half precision; in binary data only.
    case fp16 = "FP16"
    /// A floating-point number of single precision.
    case fp32 = "FP32"
    /// A floating-point number of double precision.
    case fp64 = "FP64"
    /// The upper half of a number of single precision; in binary data only.
    case bf16 = "BF16"
    /// Text or bytes of any length, which no policy takes.
    case bytes = "BYTES"

    /// The number of bytes of an element; nil where they differ in length.
    public var width: Int? {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .fp16, .bf16: 2
        case .uint32, .int32, .fp32: 4
        case .uint64, .int64, .fp64: 8
        case .bytes: nil
        }
    }

    /// Whether elements may be written as text in JSON.
    public var hasText: Bool { self != .fp16 && self != .bf16 }
}
#endif
