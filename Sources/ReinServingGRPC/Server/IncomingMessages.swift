#if ServingGRPC
import NIOCore
import ReinServing

/// The messages of a call as they come: those that are packed are unpacked, within bounds that the transport does not have, and
/// handed on as if they had not been.
struct IncomingMessages {
    /// The largest number of bytes of a message, unpacked.
    let limit: Int
    /// How messages are packed, as the head of the call says; nil when they are not.
    var encoding: PackedBody.Encoding?
    /// What they take.
    var memory: CallMemory

    private var prefix = MessagePrefix()
    /// How much of the message has not come.
    private var left = 0
    /// What has come of a message that is packed.
    private var packed = ByteBuffer()
    private var isPacked = false

    init(limit: Int, memory: BodyMemory) {
        self.limit = limit
        self.memory = CallMemory(memory)
    }

    /// Takes note of what has come.
    ///
    /// - Returns: what is to be read of it: the same, unless something is packed or a prefix is in two parts.
    /// - Throws: `ServingError` when a message is too large, cannot be unpacked, or when there is no memory for it.
    mutating func take(_ all: ByteBuffer) throws(ServingError) -> ByteBuffer {
        var rest = all
        var changed = prefix.count > 0 || isPacked ? ByteBuffer() : nil
        while rest.readableBytes > 0 {
            if left > 0 {
                guard var piece = rest.readSlice(length: min(left, rest.readableBytes)) else { break }
                left -= piece.readableBytes
                try memory.take(piece.readableBytes)
                if !isPacked { changed?.writeBuffer(&piece) } else { gather(&piece) }
            } else {
                let start = rest.readerIndex
                let isWhole = prefix.take(&rest)
                if isWhole { try begin() }
                if !isWhole || isPacked {
                    changed = changed ?? all.getSlice(at: all.readerIndex, length: start - all.readerIndex)
                } else if changed != nil {
                    prefix.write(to: &changed!)
                }
                if isWhole { prefix = MessagePrefix() }
            }
            if isPacked, left == 0 { try unpack(into: &changed) }
        }
        return changed ?? all
    }

    /// Takes note of a frame that is written: each message in it, all of which is there, answers one that has come.
    mutating func noteAnswers(_ frame: ByteBuffer) {
        var (rest, prefix) = (frame, MessagePrefix())
        while prefix.take(&rest) {
            memory.release()
            rest.moveReaderIndex(forwardBy: min(prefix.length, rest.readableBytes))
            prefix = MessagePrefix()
        }
    }

    /// A message begins.
    private mutating func begin() throws(ServingError) {
        guard prefix.length <= limit else {
            throw ServingError(.tooLarge, "the message has more than the \(limit) bytes that are read")
        }
        try memory.begin()
        left = prefix.length
        isPacked = prefix.isPacked
        if isPacked, encoding == nil {
            throw ServingError(.invalidArgument, "the message is packed, but grpc-encoding does not say how")
        }
    }

    private mutating func gather(_ piece: inout ByteBuffer) {
        // Most messages come in one piece, which is not copied.
        if packed.readableBytes == 0 { packed = piece } else { packed.writeBuffer(&piece) }
    }

    /// Writes a packed message as one that is not.
    private mutating func unpack(into output: inout ByteBuffer?) throws(ServingError) {
        isPacked = false
        let packed = packed
        self.packed = ByteBuffer()
        guard let encoding else { return }
        var message = output ?? ByteBuffer()
        // So that nobody else has it while it is written to.
        output = nil
        let start = message.writerIndex
        message.writeMultipleIntegers(UInt8(0), UInt32(0))
        defer { output = message }
        guard packed.readableBytes > 0 else { return }
        do throws(ServingError) {
            var memory = memory
            defer { self.memory = memory }
            let limit = limit
            try packed.withUnsafeReadableBytes { bytes in
                Result { () throws(ServingError) in
                    try PackedBody.unpack(bytes, encoding, limit: limit, into: &message) { count throws(ServingError) in
                        try memory.take(count)
                    }
                }
            }.get()
        } catch {
            throw ServingError(error.kind, error.message.replacing("the body", with: "the message"))
        }
        message.setInteger(UInt32(message.writerIndex - start - MessagePrefix.size), at: start + 1)
    }
}
#endif
