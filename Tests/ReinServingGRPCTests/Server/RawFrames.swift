#if ServingGRPC
/// Frames of HTTP/2 as a client may write them that has no library to stop it.
enum RawFrames {
    /// What a connection begins with.
    ///
    /// - Parameter settings: pairs of a number and a value.
    static func preface(settings: [(UInt16, UInt32)] = []) -> [UInt8] {
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
            + frame(4, payload: settings.flatMap { bytes($0.0) + bytes($0.1) })
    }

    /// A frame of a type.
    static func frame(_ type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = []) -> [UInt8] {
        bytes(UInt32(payload.count)).dropFirst() + [type, flags] + bytes(stream) + payload
    }

    /// The head of a call, none of whose fields is packed.
    static func head(
        _ method: String, stream: UInt32, fields: [(String, String)] = [], endsCall: Bool = false
    ) -> [UInt8] {
        let all =
            [
                (":method", "POST"), (":scheme", "http"), (":path", "/inference.GRPCInferenceService/\(method)"),
                (":authority", "x"), ("content-type", "application/grpc"), ("te", "trailers"),
            ] + fields
        var payload: [UInt8] = []
        for (name, value) in all {
            payload += [0, UInt8(name.utf8.count)] + Array(name.utf8)
            payload += [UInt8(value.utf8.count)] + Array(value.utf8)
        }
        return frame(1, flags: endsCall ? 5 : 4, stream: stream, payload: payload)
    }

    /// A message, with which the call ends unless others follow.
    static func message(_ message: [UInt8], stream: UInt32, endsCall: Bool = true) -> [UInt8] {
        frame(0, flags: endsCall ? 1 : 0, stream: stream, payload: [0] + bytes(UInt32(message.count)) + message)
    }

    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

/// A frame of HTTP/2 as it has come.
struct RawFrame {
    let type: UInt8
    let flags: UInt8
    /// The number of its call; 0 when it belongs to none.
    let stream: UInt32
    let payload: ArraySlice<UInt8>

    /// Whether it holds fields, at the beginning of a call or its end.
    var isHead: Bool { type == 1 && stream > 0 }
    /// Whether no more comes of its call.
    var isLast: Bool { type <= 1 && stream > 0 && flags & 1 == 1 }

    /// The frames that are whole at the beginning of some bytes.
    static func all(in bytes: ArraySlice<UInt8>) -> [RawFrame] {
        var frames: [RawFrame] = []
        var rest = bytes
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            guard rest.count >= 9 + length else { break }
            let stream = head[5...].reduce(0) { $0 << 8 | UInt32($1) }
            frames.append(
                RawFrame(type: head[3], flags: head[4], stream: stream, payload: rest.dropFirst(9).prefix(length)))
            rest = rest.dropFirst(9 + length)
        }
        return frames
    }
}

/// The frames of HTTP/2 of one direction.
struct FrameCounter {
    /// The streams that have begun.
    private(set) var streams = Set<UInt32>()
    /// The streams of which no more comes.
    private(set) var ended = Set<UInt32>()
    /// The streams that were given up.
    private(set) var reset = Set<UInt32>()

    init(_ bytes: ArraySlice<UInt8>) {
        for frame in RawFrame.all(in: bytes) {
            if frame.isHead { streams.insert(frame.stream) }
            if frame.isLast { ended.insert(frame.stream) }
            if frame.stream > 0, frame.type == 3 { reset.insert(frame.stream) }
        }
    }
}
#endif
