/// Named trees in a fixed order, each name once.
///
///     var map: StateMap = ["step": 1]
///     map["rate"] = 0.5          // appends
///     map["step"] = 2            // replaces in place
///     map["rate"] = nil          // removes
///
/// Looking a key up takes constant time; removing one takes time in proportion to the number of entries.
public struct StateMap: Sendable {
    /// A key and the tree it names.
    public typealias Entry = (key: String, value: StateTree)

    /// The entries in order.
    public private(set) var entries: [Entry] = []

    /// The place of each key in `entries`. Empty as long as a plain search is as quick.
    private var places: [String: Int] = [:]

    private static let searchLimit = 24

    /// Creates an empty map.
    public init() {}

    /// Creates a map from entries whose keys must differ.
    public init(uniqueEntries: some Sequence<(String, StateTree)>) {
        for (key, value) in uniqueEntries {
            precondition(append(key, value), "the key \"\(key)\" appears twice")
        }
    }

    /// The keys in order.
    public var keys: [String] { entries.map(\.key) }

    /// The number of entries.
    public var count: Int { entries.count }

    /// Whether there are no entries.
    public var isEmpty: Bool { entries.isEmpty }

    /// The tree of a key. Setting a new key appends, setting a known one replaces in place, setting `nil` removes.
    ///
    /// To store an explicit null, assign `.null` as a `StateTree`: `map["key"] = StateTree.null`.
    public subscript(key: String) -> StateTree? {
        // Accessors once for their many callers, since to look a key up takes longer than a call.
        @inline(never) get {
            guard let place = place(of: key) else { return nil }
            return entries[place].value
        }
        @inline(never) set {
            switch (place(of: key), newValue) {
            case (let place?, let value?): entries[place].value = value
            case (nil, let value?): appendNew(key, value)
            case (let place?, nil):
                entries.remove(at: place)
                places = [:]
                if entries.count > Self.searchLimit { index() }
            case (nil, nil): break
            }
        }
    }

    /// Appends an entry unless its key is taken.
    ///
    /// - Returns: Whether the entry was appended.
    @discardableResult
    public mutating func append(_ key: String, _ value: StateTree) -> Bool {
        guard place(of: key) == nil else { return false }
        appendNew(key, value)
        return true
    }

    /// Makes room for a number of entries.
    mutating func reserveCapacity(_ capacity: Int) {
        entries.reserveCapacity(capacity)
    }

    /// The number of bytes of memory that the entries have room in.
    var allocatedBytes: Int {
        entries.capacity * MemoryLayout<Entry>.stride + (places.isEmpty ? 0 : places.capacity * Self.placeSize)
    }

    /// The number of bytes of memory that a map for `capacity` entries has room in.
    static func allocatedBytes(forCapacity capacity: Int) -> Int {
        capacity * (MemoryLayout<Entry>.stride + (capacity > searchLimit ? 2 * placeSize : 0))
    }

    private static let placeSize = MemoryLayout<(String, Int)>.stride

    /// Changes the values where they lie.
    ///
    /// - Throws: whatever `body` throws; the map then holds no more than is left to be thrown away.
    mutating func updateValues(
        _ body: (_ key: String, _ value: inout StateTree) throws(StateError) -> Void
    ) throws(StateError) {
        for place in entries.indices { try body(entries[place].key, &entries[place].value) }
    }

    @inline(never)
    private func place(of key: String) -> Int? {
        if !places.isEmpty { return places[key] }
        for place in entries.indices where entries[place].key == key { return place }
        return nil
    }

    @inline(never)
    private mutating func appendNew(_ key: String, _ value: StateTree) {
        entries.append((key, value))
        if !places.isEmpty {
            places[key] = entries.count - 1
        } else if entries.count > Self.searchLimit {
            index()
        }
    }

    @inline(never)
    private mutating func index() {
        places.reserveCapacity(entries.count)
        for (place, entry) in entries.enumerated() { places[entry.key] = place }
    }
}

extension StateMap: Equatable {
    /// Whether both maps hold the same keys with equal trees in the same order.
    public static func == (left: StateMap, right: StateMap) -> Bool {
        left.entries.elementsEqual(right.entries) { $0.key.isIdentical(to: $1.key) && $0.value == $1.value }
    }
}

extension StateMap: Sequence {
    /// Visits the entries in order.
    public func makeIterator() -> IndexingIterator<[Entry]> { entries.makeIterator() }
}

extension StateMap: ExpressibleByDictionaryLiteral {
    /// Creates a map; a repeated key is a programmer's error.
    public init(dictionaryLiteral elements: (String, StateTree)...) { self.init(uniqueEntries: elements) }
}
