#if Serving
/// What an element of a tensor in JSON is read as.
protocol JSONElement: BitwiseCopyable {
    /// What a message says is expected.
    static var expected: StaticString { get }

    /// Moves on past an element.
    ///
    /// - Returns: nil when something else comes next, wherever the position is then.
    static func next(in json: inout JSONScanner) throws(ServingError) -> Self?
}

extension JSONScanner {
    /// Whether a number begins at the position, and not one of the words that Python writes for what is not finite.
    @inline(__always) var isAtNumber: Bool {
        if byte &- UInt8(ascii: "0") < 10 { return true }
        return byte == UInt8(ascii: "-") && position + 1 < bytes.count && bytes[position + 1] != UInt8(ascii: "I")
    }
}

extension Float: JSONElement {
    static let expected: StaticString = "a finite number of single precision"

    @inline(__always)
    static func next(in json: inout JSONScanner) throws(ServingError) -> Float? {
        json.isAtNumber ? Float(try json.number(), in: json) : nil
    }
}

extension Double: JSONElement {
    static let expected: StaticString = "a finite number of double precision"

    @inline(__always)
    static func next(in json: inout JSONScanner) throws(ServingError) -> Double? {
        json.isAtNumber ? Double(try json.number(), in: json) : nil
    }
}

extension JSONElement where Self: FixedWidthInteger {
    @inline(__always)
    static func next(in json: inout JSONScanner) throws(ServingError) -> Self? {
        json.isAtNumber ? Self(try json.number()) : nil
    }
}

extension UInt8: JSONElement { static let expected: StaticString = "a whole number from 0 to 255" }
extension UInt16: JSONElement { static let expected: StaticString = "a whole number from 0 to 65535" }
extension UInt32: JSONElement { static let expected: StaticString = "a whole number from 0 to 4294967295" }
extension UInt64: JSONElement { static let expected: StaticString = "a whole number from 0, of 64 bits" }
extension Int8: JSONElement { static let expected: StaticString = "a whole number from -128 to 127" }
extension Int16: JSONElement { static let expected: StaticString = "a whole number from -32768 to 32767" }
extension Int32: JSONElement { static let expected: StaticString = "a whole number of 32 bits" }
extension Int64: JSONElement { static let expected: StaticString = "a whole number of 64 bits" }

/// A truth value, a byte of 0 or 1. JSON has words for it; the numbers 0 and 1 do as well, as in binary data.
struct TruthElement: JSONElement {
    static let expected: StaticString = "true or false"
    private let byte: UInt8

    static func next(in json: inout JSONScanner) throws(ServingError) -> TruthElement? {
        if json.take("true") { return TruthElement(byte: 1) }
        if json.take("false") { return TruthElement(byte: 0) }
        guard json.isAtNumber, let number = UInt8(try json.number()), number <= 1 else { return nil }
        return TruthElement(byte: number)
    }
}
#endif
