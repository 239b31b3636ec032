/// The memory that a tree may take which is made from somebody's bytes.
///
/// A zero takes two bytes as JSON and one as MessagePack, but 24 in a list, and 40 and more in a map: without an end to it,
/// a file of a size that looks harmless would fill any memory. What is counted is what is allocated; trees that are
/// written for a purpose, with names and texts in them, take three to six times as much as their bytes.
struct TreeBudget {
    private let limit: Int
    private var used = 0

    /// What a tree may take in any case: 160 MB.
    private static let base = 160 << 20

    /// What the memory of an array or a text takes besides its contents.
    private static let overhead = 48

    /// The budget of a tree that is made from `byteCount` bytes: their number and 160 MB.
    init(byteCount: Int) { self.init(limit: byteCount > Int.max - Self.base ? .max : byteCount + Self.base) }

    /// A budget of so many bytes.
    init(limit: Int) { self.limit = limit }

    /// How much may still be taken.
    var rest: Int { limit - used }

    /// Takes memory, before it is allocated or just afterwards.
    ///
    /// - Throws: `StateError` with `.outOfRange` when it is more than there is.
    mutating func take(_ byteCount: Int) throws(StateError) {
        guard byteCount <= rest else {
            throw StateError(
                .outOfRange, "holds so many values that they would take more than \(limit) bytes of memory")
        }
        used += byteCount
    }

    /// Takes the memory of a list for `count` elements.
    mutating func takeList(_ count: Int) throws(StateError) {
        try take(Self.overhead + count * MemoryLayout<StateTree>.stride)
    }

    /// Takes what a list is about to grow by, if the next element finds no room: arrays double.
    mutating func takeRoomForNext(in elements: [StateTree]) throws(StateError) {
        guard elements.count == elements.capacity else { return }
        try elements.isEmpty ? takeList(1) : take(elements.capacity * MemoryLayout<StateTree>.stride)
    }

    /// Takes the memory of a map for `count` entries.
    mutating func takeMap(_ count: Int) throws(StateError) {
        try take(Self.overhead + StateMap.allocatedBytes(forCapacity: count))
    }

    /// Takes what a map has grown by, since it took `byteCount` bytes.
    mutating func takeGrowth(of map: StateMap, from byteCount: Int) throws(StateError) {
        let now = map.allocatedBytes
        guard now != byteCount else { return }
        try take(now - byteCount + (byteCount == 0 ? Self.overhead : 0))
    }

    /// Takes the memory of a text, which short ones need not.
    mutating func takeText(_ text: String) throws(StateError) {
        if text.utf8.count > 15 { try take(Self.overhead + text.utf8.count) }
    }

    /// Takes the memory of a tensor, whose numbers stay where they are.
    mutating func takeTensor() throws(StateError) { try take(4 * Self.overhead) }
}
