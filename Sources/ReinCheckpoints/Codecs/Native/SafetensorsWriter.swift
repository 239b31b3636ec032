/// Writes safetensors files, whatever their tensors and metadata are about.
///
///     8 bytes    length of the header, little-endian
///     header     {"__metadata__": {"<key>": "<text>", ...},
///                 "<tensor>": {"dtype": "F32", "shape": [64, 4], "data_offsets": [0, 1024]}, ...}
///                padded with spaces
///     data       begins at a multiple of 64; no holes
///
/// The tensors lie in their order, but those with elements of 8 bytes come first, then those of 4, 2 and 1, so that every
/// element is aligned.
package enum SafetensorsWriter {
    /// A tensor with its name in the file.
    package typealias NamedTensor = (name: String, tensor: StateTensor)

    /// The longest header that safetensors libraries read, in bytes.
    static let maximumHeaderLength = 100_000_000

    /// Where the data section begins is a multiple of this.
    static let alignment = 64

    /// A whole file.
    ///
    /// - Parameters:
    ///   - metadata: texts by their keys, which differ.
    ///   - tensors: under names that differ, none of them `__metadata__`.
    /// - Throws: `StateError` when the header is longer than libraries read.
    package static func bytes(
        metadata: [(key: String, text: String)], tensors: [NamedTensor]
    ) throws(StateError) -> [UInt8] {
        let sink = MemorySink()
        try write(metadata: metadata.map { ($0.key, Array($0.text.utf8)) }, tensors: tensors, to: sink)
        return sink.bytes
    }

    /// Writes a file, tensors from where they lie.
    ///
    /// - Parameter metadata: texts in UTF-8 by their keys.
    static func write(
        metadata: [(key: String, text: [UInt8])], tensors: [NamedTensor], to sink: any ByteSink
    ) throws(StateError) {
        let tensors = fileOrder(tensors)
        let beginning = try beginning(header: header(metadata, tensors))
        try beginning.withUnsafeBytes { bytes in
            Result { () throws(StateError) in try sink.write(bytes) }
        }.get()
        for (_, tensor) in tensors {
            try tensor.withUnsafeBytes { bytes throws(StateError) in try sink.write(bytes) }
        }
    }

    /// Large elements first, otherwise as they are.
    private static func fileOrder(_ tensors: [NamedTensor]) -> [NamedTensor] {
        [8, 4, 2, 1].flatMap { size in tensors.filter { $0.tensor.elementType.size == size } }
    }

    /// The header as JSON text: the metadata, then where each tensor lies.
    private static func header(_ metadata: [(key: String, text: [UInt8])], _ tensors: [NamedTensor]) -> [UInt8] {
        var header = JSONWriter(pretty: false)
        header.put(#"{"__metadata__":{"#)
        for (index, (key, text)) in metadata.enumerated() {
            if index > 0 { header.put(",") }
            header.write(key)
            header.put(":")
            text.withUnsafeBufferPointer { header.write(utf8: $0) }
        }
        header.put("}")
        var end = 0
        for (name, tensor) in tensors {
            header.put(",")
            header.write(name)
            header.put(#":{"dtype":"#)
            header.write(tensor.elementType.rawValue)
            header.put(#","shape":["#)
            for (axis, length) in tensor.shape.enumerated() {
                if axis > 0 { header.put(",") }
                header.write(Int64(length))
            }
            header.put(#"],"data_offsets":["#)
            header.write(Int64(end))
            header.put(",")
            end += tensor.bytes.count
            header.write(Int64(end))
            header.put("]}")
        }
        header.put("}")
        return header.bytes
    }

    /// What comes before the data: the header's length and the header, padded.
    private static func beginning(header: [UInt8]) throws(StateError) -> [UInt8] {
        let start = (8 + header.count + alignment - 1) / alignment * alignment
        guard start - 8 <= maximumHeaderLength else {
            throw StateError(
                .outOfRange,
                "the header takes \(start) bytes, at most \(maximumHeaderLength) are allowed: keep large "
                    + "data in tensors")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(start)
        withUnsafeBytes(of: UInt64(start - 8).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: header)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: start - bytes.count))
        return bytes
    }
}
