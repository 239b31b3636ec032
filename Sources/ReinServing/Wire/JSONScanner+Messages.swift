#if Serving
import ReinCheckpoints

extension JSONScanner {
    /// What is wrong with the text at the position or elsewhere, with the offset from 0.
    @inline(never)
    func error(_ message: String, at place: Int? = nil) -> ServingError {
        ServingError(.invalidArgument, "JSON, byte \(place ?? position): \(message)")
    }

    /// Something else was expected at the position.
    @inline(never)
    func unexpected(_ expected: StaticString) -> ServingError {
        error("expected \(expected), found \(found(at: position))")
    }

    /// What stands at a place, fit for a message: a number, a word, the beginning of a text, a sign.
    @inline(never)
    func found(at place: Int) -> String {
        guard place < bytes.count else { return "the end" }
        let first = bytes[place]
        switch first {
        case UInt8(ascii: "\""): return "the text " + quoted(place..<min(place + 40, bytes.count))
        case UInt8(ascii: "{"): return "an object"
        case UInt8(ascii: "["): return "a list"
        case _ where isWordByte(first):
            var end = place
            while end < min(place + 40, bytes.count), isWordByte(bytes[end]) { end += 1 }
            let word = text(of: place..<end)
            if matches("NaN", from: place, to: end) || matches("Infinity", from: place, to: end)
                || matches("-Infinity", from: place, to: end)
            {
                return "\(word), which is no JSON"
            }
            return end == place + 40 ? word + "..." : word
        case 0x21..<0x7f: return "'\(Character(Unicode.Scalar(first)))'"
        default: return "the byte \(first)"
        }
    }

    /// The bytes of a range as text, repaired where they are no UTF-8.
    func text(of range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    /// A text that begins with a quote, up to the next quote or to the end of a range.
    private func quoted(_ range: Range<Int>) -> String {
        var end = range.lowerBound + 1
        while end < range.upperBound, bytes[end] != UInt8(ascii: "\"") { end += 1 }
        let isWhole = end < range.upperBound
        return text(of: range.lowerBound..<(isWhole ? end + 1 : end)).shortened + (isWhole ? "" : "...")
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
#endif
