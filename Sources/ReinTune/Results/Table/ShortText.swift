package import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Values as a person reads them in a table or a picture.
package enum ShortText {
    /// What stands for nothing.
    package static let nothing = "-"

    /// A number with six digits at most.
    package static func number(_ value: Double, digits: Int = 6) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        var bytes = [CChar](repeating: 0, count: 40)
        // Minus zero is no news.
        let count = withVaList([value == 0 ? 0 : value]) {
            vsnprintf(&bytes, bytes.count, "%.\(min(max(digits, 1), 17))g", $0)
        }
        let text = bytes.prefix(Int(max(0, count))).map { UInt8(bitPattern: $0) }
        // Whatever the locale says.
        return String(decoding: text.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }, as: UTF8.self)
    }

    /// A setting or a metric: on one line, without anything that is not to be seen, and cut after 80 characters.
    package static func value(_ value: StateTree?) -> String {
        switch value {
        case nil, .null?: nothing
        case .bool(let truth)?: truth ? "true" : "false"
        case .int(let number)?: String(number)
        case .double(let number)?: Self.number(number)
        case .string(let text)?: text.shortened
        case let other?: JSON.text(other).shortened
        }
    }
}
