#if Serving
import ReinCheckpoints

/// What the parameters of a request say, as far as a policy server knows them; it ignores others.
struct RequestParameters: Sendable, Equatable {
    /// What clients call a sequence.
    enum SequenceID: Hashable, Sendable, CustomStringConvertible {
        case number(UInt64)
        /// Texts are the same when their bytes are: `String` takes others for equal, too.
        case text([UInt8])

        var description: String {
            switch self {
            case .number(let number): "\(number)"
            case .text(let text): "\"\(String(decoding: text, as: UTF8.self).shortened)\""
            }
        }
    }

    /// Whether actions are drawn instead of being the most likely ones.
    var explores = false
    /// Makes draws repeat; nil for others each time.
    var seed: UInt64?
    /// The sequence that the request belongs to; nil for none.
    var sequence: SequenceID?
    /// Whether it is the first of its sequence.
    var startsSequence = false
    /// Whether it is the last of its sequence.
    var endsSequence = false
    /// After how many microseconds nobody waits for the answer any more; nil for no limit.
    var timeout: UInt64?

    /// The largest number of bytes of a sequence's id, as in Triton: ids are kept for as long as their sequences are.
    static let sequenceIDLength = 128

    init() {}

    /// Reads parameters.
    ///
    /// - Throws: `ServingError` for a value of another type than a name has, and a seed without `explore`.
    init(_ parameters: [(name: String, value: ParameterValue)]) throws(ServingError) {
        for (name, value) in parameters {
            switch name {
            case "explore": explores = try Self.bool(value, name)
            case "seed": seed = try Self.whole(value, name)
            case "sequence_id": sequence = try Self.sequence(value)
            case "sequence_start": startsSequence = try Self.bool(value, name)
            case "sequence_end": endsSequence = try Self.bool(value, name)
            case "timeout":
                let microseconds = try Self.whole(value, name)
                // As with Triton, 0 is no limit.
                timeout = microseconds == 0 ? nil : microseconds
            case "priority": _ = try Self.whole(value, name)
            default: continue
            }
        }
        guard seed == nil || explores else {
            throw ServingError(
                .invalidArgument, "parameter \"seed\" makes drawn actions repeat: it belongs to \"explore\": true")
        }
    }

    private static func bool(_ value: ParameterValue, _ name: String) throws(ServingError) -> Bool {
        guard case .bool(let bool) = value else {
            throw ServingError(.invalidArgument, "parameter \"\(name)\": expected true or false, found \(value.text)")
        }
        return bool
    }

    private static func whole(_ value: ParameterValue, _ name: String) throws(ServingError) -> UInt64 {
        switch value {
        case .int(let number) where number >= 0: return UInt64(number)
        case .uint(let number): return number
        default:
            throw ServingError(
                .invalidArgument, "parameter \"\(name)\": expected a whole number from 0, found \(value.text)")
        }
    }

    /// 0 and empty text are no sequence, as in Triton.
    private static func sequence(_ value: ParameterValue) throws(ServingError) -> SequenceID? {
        if case .string(let text) = value {
            guard text.utf8.count <= sequenceIDLength else {
                throw ServingError(
                    .invalidArgument,
                    "parameter \"sequence_id\": expected at most \(sequenceIDLength) bytes, found \(text.utf8.count)")
            }
            return text.isEmpty ? nil : .text(Array(text.utf8))
        }
        let number = try whole(value, "sequence_id")
        return number == 0 ? nil : .number(number)
    }
}

extension ParameterValue {
    /// The value, fit for a message.
    var text: String {
        switch self {
        case .bool(let bool): "\(bool)"
        case .int(let number): "\(number)"
        case .uint(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text): "the text \"\(text.shortened)\""
        }
    }
}
#endif
