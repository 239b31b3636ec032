#if ServingGRPC
import GRPCCore
import ReinServing
import SwiftProtobuf

/// Reads `ModelInferRequest`. What is wrong with a message is in its value: the other messages of a stream go on.
struct InferDeserializer: MessageDeserializer {
    /// The largest number of bytes of a message.
    let limit: Int

    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) -> InferMessage {
        guard bytes.count <= limit else {
            return InferMessage(
                refused: ServingError(
                    .tooLarge, "the message has \(bytes.count) bytes, more than the \(limit) that are read"))
        }
        return bytes.withUnsafeBytes { InferMessage(reading: $0) }
    }
}

/// Writes `ModelInferResponse`.
struct InferSerializer: MessageSerializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ response: InferenceResponse) -> Bytes {
        var writer = ProtobufWriter(capacity: response.messageCapacity)
        response.write(to: &writer)
        return Bytes(writer.bytes)
    }
}

/// What is said of a request of a stream.
enum StreamedAnswer: Sendable {
    case response(InferenceResponse)
    case refusal(ServingError, id: String)
}

/// Writes `ModelStreamInferResponse`.
struct StreamSerializer: MessageSerializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ answer: StreamedAnswer) -> Bytes {
        switch answer {
        case .response(let response):
            var inner = ProtobufWriter(capacity: response.messageCapacity)
            response.write(to: &inner)
            var writer = ProtobufWriter(capacity: inner.bytes.count + 12)
            inner.bytes.withUnsafeBytes { writer.field(2, $0) }
            return Bytes(writer.bytes)
        case .refusal(let error, let id):
            var writer = ProtobufWriter(capacity: 64)
            writer.text(1, error.message)
            if !id.isEmpty { writer.message(2) { $0.text(3, id) } }
            return Bytes(writer.bytes)
        }
    }
}

/// Reads the small messages of all other calls.
struct MessageReader<Message: SwiftProtobuf.Message & Sendable>: MessageDeserializer {
    /// The largest number of bytes of a message: as over HTTP.
    static var limit: Int { 1 << 16 }

    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Message {
        guard bytes.count <= Self.limit else {
            throw ServingError(
                .tooLarge, "the message has \(bytes.count) bytes, more than the \(Self.limit) that are read")
        }
        do {
            return try bytes.withUnsafeBytes { try Message(serializedBytes: Array($0)) }
        } catch {
            throw ServingError(
                .invalidArgument, "expected a message \(Message.protoMessageName), found other or damaged bytes")
        }
    }
}

/// Writes the messages of all other calls.
struct MessageWriter<Message: SwiftProtobuf.Message & Sendable>: MessageSerializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: Message) throws -> Bytes {
        Bytes(try message.serializedBytes() as [UInt8])
    }
}
#endif
