import ReinCheckpoints

/// Where the arrays lie that are shared with a worker: each at a multiple of 64 bytes, by the names that the worker knows.
///
/// Those of every worker come first: what it steps, and the numbers of requests and replies for each block.
struct RowLayout: Sendable, Equatable {
    /// The number of bytes of all arrays.
    private(set) var size = 0
    /// The offsets by name.
    private(set) var offsets: StateMap = [:]
    /// The offset of the four words in which the worker says what it does.
    private(set) var header = 0
    /// The offset of the numbers of requests, one for each block.
    private(set) var requests = 0
    /// The offset of the numbers of replies, one for each block.
    private(set) var replies = 0

    /// The arrays of every worker with so many blocks.
    init(blocks: Int) {
        header = add("header", 4, of: Int64.self)
        requests = add("requests", blocks, of: UInt64.self)
        replies = add("replies", blocks, of: UInt64.self)
    }

    /// Adds an array.
    ///
    /// - Returns: its offset in bytes.
    mutating func add<Element>(_ name: String, _ count: Int, of type: Element.Type) -> Int {
        let offset = size
        offsets[name] = .int(Int64(offset))
        size += (count * MemoryLayout<Element>.stride + 63) / 64 * 64
        return offset
    }
}
