#if Serving
import ReinNumerics
import ReinServing
import Testing

/// Reads a body; `binary` follows the JSON, which then has a header length.
func read(
    _ json: String, binary: [UInt8]? = nil, limits: WireLimits = WireLimits()
) throws(ServingError)
    -> InferenceMessage
{
    let json = Array(json.utf8)
    return try read(json + (binary ?? []), headerLength: binary == nil ? nil : json.count, limits: limits)
}

/// Reads a body from memory of exactly its size.
func read(
    _ body: [UInt8], headerLength: Int?, limits: WireLimits = WireLimits()
) throws(ServingError)
    -> InferenceMessage
{
    let result = body.withUnsafeBytes { bytes in
        Result { () throws(ServingError) in
            try InferenceMessage(
                reading: bytes, headerLength: headerLength, model: "pol0", version: "7", limits: limits)
        }
    }
    return try result.get()
}

/// Why a body is refused; nil if it is not.
func refusal(_ body: () throws(ServingError) -> InferenceMessage) -> String? {
    do {
        _ = try body()
        return nil
    } catch {
        #expect(error.kind == .invalidArgument)
        return error.message
    }
}

/// A request of one input called `obs`.
func request(_ datatype: String, _ shape: String, _ data: String) -> String {
    #"{"inputs":[{"name":"obs","datatype":"\#(datatype)","shape":\#(shape),"data":\#(data)}]}"#
}

extension InferenceTensor {
    /// The elements.
    func elements<Element: BitwiseCopyable>(_ type: Element.Type) -> [Element] {
        Array(UnsafeRawBufferPointer(bytes.elements).assumingMemoryBound(to: type))
    }
}

/// Numbers that look random and are always the same.
struct FixedNumbers: RandomNumberGenerator {
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_f491_4f6c_dd1d
    }
}
#endif
