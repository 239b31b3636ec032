/// Values by their keys, found in constant time. They come in the order in which they were put in as long as none is
/// taken out; see `KeyList` for why this is no dictionary.
package struct Table<Key: Hashable & Sendable, Value> {
    private var list = KeyList<Key>()
    /// The values, in the order of their keys.
    package private(set) var values: [Value] = []

    /// An empty table.
    package init() {}

    /// The keys.
    package var keys: [Key] { list.keys }

    /// The number of keys.
    package var count: Int { values.count }

    /// Whether there are none.
    package var isEmpty: Bool { values.isEmpty }

    /// The value of a key.
    package subscript(key: Key) -> Value? {
        @inline(never) get {
            guard let place = list.place(of: key) else { return nil }
            return values[place]
        }
    }

    /// Puts a value under a key, unless there is one.
    ///
    /// - Returns: whether there was none.
    @discardableResult
    @inline(never)
    package mutating func insert(_ value: Value, for key: Key) -> Bool {
        guard list.insert(key) else { return false }
        values.append(value)
        return true
    }

    /// Puts a value under a key, in the place of another one if there is one.
    @inline(never)
    package mutating func set(_ value: Value, for key: Key) {
        if let place = list.place(of: key) { values[place] = value } else { insert(value, for: key) }
    }

    /// Takes a key out.
    ///
    /// - Returns: the value that it had.
    @inline(never)
    @discardableResult
    package mutating func removeValue(for key: Key) -> Value? {
        guard let place = list.remove(key) else { return nil }
        let value = values[place]
        let last = values.removeLast()
        if place < values.count { values[place] = last }
        return value
    }
}

extension Table: Sendable where Value: Sendable {}

extension Table: Equatable where Value: Equatable {
    /// Whether both have the same keys with equal values, in any order.
    package static func == (left: Table, right: Table) -> Bool {
        left.count == right.count && left.keys.allSatisfy { left[$0] == right[$0] }
    }
}

extension Table: Sequence {
    /// Visits all keys with their values.
    package func makeIterator() -> Zip2Sequence<[Key], [Value]>.Iterator { zip(list.keys, values).makeIterator() }
}
