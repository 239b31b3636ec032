import CMessagePack

/// Writes trees through msgpack-c into a buffer, and on from there now and then; large tensors go past the buffer.
final class MessagePackWriter {
    private let sink: any ByteSink
    private let buffer: UnsafeMutablePointer<msgpack_sbuffer>
    private let packer: UnsafeMutablePointer<msgpack_packer>
    private var isOutOfMemory = false

    /// The number of bytes from which on the buffer is passed on, and a tensor goes past it.
    private static let limit = 1 << 16

    /// Begins to write to `sink`.
    init(to sink: any ByteSink) {
        self.sink = sink
        buffer = .allocate(capacity: 1)
        packer = .allocate(capacity: 1)
        msgpack_sbuffer_init(buffer)
        msgpack_packer_init(packer, buffer, msgpack_sbuffer_write)
    }

    deinit {
        msgpack_sbuffer_destroy(buffer)
        buffer.deallocate()
        packer.deallocate()
    }

    /// Passes on what is still in the buffer.
    func finish() throws(StateError) { try flush() }

    private func flush() throws(StateError) {
        guard !isOutOfMemory else { throw StateError(.inputOutput, "out of memory") }
        try sink.write(UnsafeRawBufferPointer(start: buffer.pointee.data, count: buffer.pointee.size))
        msgpack_sbuffer_clear(buffer)
    }

    /// Writes a tree below `depth` lists and maps.
    func write(_ tree: StateTree, depth: Int) throws(StateError) {
        switch tree {
        case .null: note(msgpack_pack_nil(packer))
        case .bool(let value): write(value)
        case .int(let value): note(msgpack_pack_int64(packer, value))
        case .double(let value): note(msgpack_pack_double(packer, value.isNaN ? canonicalNaN : value))
        case .string(let value): try write(value)
        case .bytes(let value):
            try StateBytes(value).withUnsafeBytes { bytes throws(StateError) in
                try write(bytes)
            }
        case .tensor(let tensor): try write(tensor)
        case .list(let elements):
            guard depth < StateTree.maximumDepth else { throw depthError() }
            note(msgpack_pack_array(packer, try count(elements.count)))
            for (index, element) in elements.enumerated() {
                do { try write(element, depth: depth + 1) } catch { throw error.nested(under: String(index)) }
            }
        case .map(let map):
            guard depth < StateTree.maximumDepth else { throw depthError() }
            note(msgpack_pack_map(packer, try count(map.count)))
            for (key, value) in map.entries {
                try write(key)
                do { try write(value, depth: depth + 1) } catch { throw error.nested(under: key) }
            }
        }
    }

    private func write(_ tensor: StateTensor) throws(StateError) {
        note(msgpack_pack_map(packer, 5))
        write(key: "nd")
        write(true)
        write(key: "type")
        try write(tensor.elementType.numpyName)
        write(key: "kind")
        write(key: "")
        write(key: "shape")
        note(msgpack_pack_array(packer, try count(tensor.shape.count)))
        for length in tensor.shape { note(msgpack_pack_int64(packer, Int64(length))) }
        write(key: "data")
        try tensor.withUnsafeBytes { bytes throws(StateError) in try write(bytes) }
    }

    private func write(_ value: Bool) {
        note(value ? msgpack_pack_true(packer) : msgpack_pack_false(packer))
    }

    private func write(_ string: String) throws(StateError) {
        var string = string
        note(msgpack_pack_str(packer, try count(string.utf8.count)))
        string.withUTF8 { note(msgpack_pack_str_body(packer, $0.baseAddress, $0.count)) }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws(StateError) {
        note(msgpack_pack_bin(packer, try count(bytes.count)))
        if bytes.count < Self.limit {
            note(msgpack_pack_bin_body(packer, bytes.baseAddress, bytes.count))
            if buffer.pointee.size >= Self.limit { try flush() }
        } else {
            try flush()
            try sink.write(bytes)
        }
    }

    /// Writes a binary key of a tensor.
    private func write(key: StaticString) {
        note(msgpack_pack_bin(packer, key.utf8CodeUnitCount))
        note(msgpack_pack_bin_body(packer, key.utf8Start, key.utf8CodeUnitCount))
    }

    /// A count, if the format can say it.
    private func count(_ count: Int) throws(StateError) -> Int {
        guard count <= UInt32.max else {
            throw StateError(.outOfRange, "\(count) bytes or elements; MessagePack ends at \(UInt32.max)")
        }
        return count
    }

    @inline(never)
    private func note(_ status: Int32) {
        if status != 0 { isOutOfMemory = true }
    }
}
