import CFuzzer

@testable import ReinCheckpoints

/// A pickle inside the JSON text of an agent, as base64: changed as a text it would hardly ever be one again.
struct PickledText {
    private static let mark = Array("\":serialized:\": \"".utf8)

    private let text: [UInt8]
    /// Where the base64 stands.
    private let range: Range<Int>
    private let pickle: [UInt8]

    /// Finds one of the pickles in a text; nil when there is none.
    init?(_ text: [UInt8], choice: Int) {
        let starts = text.indices.filter { text[$0] == Self.mark[0] && text[$0...].starts(with: Self.mark) }
        guard !starts.isEmpty else { return nil }
        let start = starts[choice % starts.count] + Self.mark.count
        guard let end = text[start...].firstIndex(of: Self.mark[0]),
            let pickle = Base64.bytes(String(decoding: text[start..<end], as: UTF8.self))
        else { return nil }
        self.text = text
        range = start..<end
        self.pickle = pickle
    }

    /// The text with another pickle in its place.
    func mutated() -> [UInt8] {
        Array(text[..<range.lowerBound]) + Array(Base64.text(pickle.mutated()).utf8) + Array(text[range.upperBound...])
    }
}

extension [UInt8] {
    /// The bytes as libFuzzer changes them, up to 64 more than there were.
    func mutated() -> [UInt8] {
        var copy = self + [UInt8](repeating: 0, count: 64)
        let length = LLVMFuzzerMutate(&copy, count, copy.count)
        return Array(copy[..<length])
    }
}
