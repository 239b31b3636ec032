/// Pickles written by hand, piece by piece.
enum PickleBytes {
    static let mark: [UInt8] = [0x28]
    static let stop: [UInt8] = [0x2e]
    static let none: [UInt8] = [0x4e]
    static let emptyList: [UInt8] = [0x5d]
    static let emptyTuple: [UInt8] = [0x29]
    static let emptyDictionary: [UInt8] = [0x7d]
    static let append: [UInt8] = [0x61]
    static let setItem: [UInt8] = [0x73]
    static let tuple: [UInt8] = [0x74]
    static let reduce: [UInt8] = [0x52]
    static let build: [UInt8] = [0x62]
    static let persistentIdentifier: [UInt8] = [0x51]

    static func text(_ text: String) -> [UInt8] { [0x8c, UInt8(text.utf8.count)] + text.utf8 }
    static func integer(_ integer: Int64) -> [UInt8] {
        [0x8a, 8] + (0..<8).map { UInt8(truncatingIfNeeded: integer >> (8 * $0)) }
    }
    static func put(_ key: UInt8) -> [UInt8] { [0x71, key] }
    static func get(_ key: UInt8) -> [UInt8] { [0x68, key] }
    static func global(_ module: String, _ name: String) -> [UInt8] { [0x63] + "\(module)\n\(name)\n".utf8 }
    static func tuple(_ elements: [[UInt8]]) -> [UInt8] { mark + elements.flatMap { $0 } + tuple }
}
