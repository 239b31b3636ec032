#if ServingGRPC
import GRPCCore
import NIOHPACK

/// What ends a call that is refused.
enum CallStatus {
    /// The head of an answer.
    static let head: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]

    /// The fields that end a call.
    ///
    /// - Parameter hasBegun: whether the head of the answer was written before; it is among them otherwise.
    static func refusal(_ code: RPCError.Code, _ message: String, hasBegun: Bool) -> HPACKHeaders {
        var fields = hasBegun ? [:] : head
        fields.add(name: "grpc-status", value: String(code.rawValue))
        fields.add(name: "grpc-message", value: percentEncoded(message))
        return fields
    }

    /// A text as `grpc-message` has it: what is no printable character of ASCII, and the percent sign, as `%` and two
    /// hexadecimal digits for each byte of UTF-8.
    private static func percentEncoded(_ message: String) -> String {
        var text = ""
        for byte in message.utf8 {
            if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "%") {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.utf8.count < 2 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return text
    }
}
#endif
