import ReinCheckpoints
import ReinServing

/// A request as it was sent once, and changed since: head and body.
struct RecordedInput {
    /// The lines of the head.
    private var lines: [[UInt8]]
    private let body: [UInt8]
    /// Whether lengths in the head are made to fit the body: otherwise hardly a changed body would be read. One half of
    /// all inputs is left as it is.
    private let isMended: Bool

    init(_ bytes: [UInt8]) {
        let mark = Array("\r\n\r\n".utf8)
        let end = (0..<max(0, bytes.count - 3)).first { bytes[$0..<$0 + 4].elementsEqual(mark) } ?? bytes.count
        lines = bytes[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            $0.last == UInt8(ascii: "\r") ? Array($0.dropLast()) : Array($0)
        }
        body = Array(bytes.dropFirst(end + 4))
        isMended = bytes.reduce(0) { $0 ^ $1 }.nonzeroBitCount.isMultiple(of: 2)
    }

    /// All bytes.
    var bytes: [UInt8] {
        let head = lines.map { line -> [UInt8] in
            guard isMended, Self.value(of: "content-length", in: line) != nil else { return line }
            return Array("Content-Length: \(body.count)".utf8)
        }
        return Array(head.joined(separator: Array("\r\n".utf8))) + Array("\r\n\r\n".utf8) + body
    }

    /// The value in a line of the head, if it is the one of a name.
    private static func value(of name: String, in line: [UInt8]) -> String? {
        let text = String(decoding: line, as: UTF8.self)
        guard let colon = text.firstIndex(of: ":"), text[..<colon].lowercased() == name else { return nil }
        return String(text[text.index(after: colon)...].drop { $0 == " " })
    }

    /// What the head says of the length of the JSON; where that ends, in an input that is mended.
    private var headerLength: Int? {
        guard
            let said = lines.lazy.compactMap({ Self.value(of: "inference-header-content-length", in: $0) }).first
        else { return nil }
        if isMended, let brace = body.lastIndex(of: UInt8(ascii: "}")) { return brace + 1 }
        return Int(said)
    }

    /// The model that the path names.
    private var model: String {
        let words = String(decoding: lines.first ?? [], as: UTF8.self).split(separator: " ")
        let parts = words.dropFirst().first?.split(separator: "/").map(String.init) ?? []
        return parts.count > 2 && parts[1] == "models" ? parts[2] : "default_policy"
    }

    /// Has the request answered as a value. What is answered must be of the rows that were asked for, and JSON.
    ///
    /// - Returns: whether it was not refused.
    func isAnswered(by service: InferenceService) -> Bool {
        do throws(ServingError) {
            let message = try body.withUnsafeBytes { bytes in
                Result { () throws(ServingError) in
                    try InferenceMessage(reading: bytes, headerLength: headerLength, model: model)
                }
            }.get()
            let response = try service.answerLoading(message.request)
            let rows = message.request.inputs.first { $0.name == "obs" }?.shape.first
            for output in response.outputs {
                require(output.shape.first == rows, "\(output.name): \(output.shape) for \(rows ?? -1) rows")
            }
            var text: [UInt8] = []
            let length = response.write(to: &text, encodings: message.encodings)
            require((try? JSON.parse(Array(text[..<(length ?? text.count)]))) != nil, "an answer that is no JSON")
            return true
        } catch {
            require(error.message.utf8.count < 2_000, "a refusal of \(error.message.utf8.count) bytes")
            return false
        }
    }
}
