import Foundation
import Testing

/// A safetensors file as others read it: by its description alone, with nothing of Rein's.
struct TensorFile {
    /// A tensor, its numbers in single or double precision.
    struct Tensor: Equatable {
        let type: String
        let shape: [Int]
        let numbers: [Double]
    }

    let metadata: [String: String]
    private(set) var tensors: [String: Tensor] = [:]
    /// The names in the order of the data.
    private(set) var names: [String] = []

    init(_ bytes: [UInt8]) throws {
        let length = bytes.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
        let header = try #require(bytes.count >= 8 + length ? Data(bytes[8..<8 + length]) : nil)
        var entries = try #require(try JSONSerialization.jsonObject(with: header) as? [String: Any])
        metadata = try #require(entries.removeValue(forKey: "__metadata__") as? [String: String])
        let data = Array(bytes[(8 + length)...])
        var ends: [(name: String, begin: Int, end: Int)] = []
        for (name, entry) in entries {
            let entry = try #require(entry as? [String: Any])
            let (type, shape) = (try #require(entry["dtype"] as? String), try #require(entry["shape"] as? [Int]))
            let offsets = try #require(entry["data_offsets"] as? [Int])
            let range = offsets[0]..<offsets[1]
            let numbers: [Double]
            switch type {
            case "F32": numbers = Self.bits(data[range], UInt32.self).map { Double(Float(bitPattern: $0)) }
            case "F64": numbers = Self.bits(data[range], UInt64.self).map { Double(bitPattern: $0) }
            default: throw Fault.type(type)
            }
            try #require(numbers.count == shape.reduce(1, *), "\(name)")
            tensors[name] = Tensor(type: type, shape: shape, numbers: numbers)
            ends.append((name, offsets[0], offsets[1]))
        }
        ends.sort { $0.begin < $1.begin }
        names = ends.map(\.name)
        var end = 0
        for entry in ends {
            try #require(entry.begin == end, "\(entry.name) begins behind a hole")
            end = entry.end
        }
        try #require(end == data.count)
    }

    private enum Fault: Error { case type(String) }

    private static func bits<Bits: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, _: Bits.Type) -> [Bits] {
        let size = Bits.bitWidth / 8
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map { start in
            bytes[start..<start + size].reversed().reduce(0) { $0 << 8 | Bits($1) }
        }
    }

    /// What a text of the metadata holds as JSON.
    func json(_ key: String) throws -> Any {
        let text = try #require(metadata[key], "\(key)")
        return try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }
}
