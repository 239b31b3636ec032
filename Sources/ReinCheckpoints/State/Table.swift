/// Values by their keys, found in constant time. They come in the order in which they were put in as long as none is
/// taken out; see `KeyList` for why this is no dictionary.
package struct Table<Key: Hashable & Sendable, Value> {
    private var list = KeyList<Key>()
    private var values: [Value] = []

    /// An empty table.
    package init() {}

    /// The keys.
    package var keys: [Key] { list.keys }

    /// The number of keys.
    package var count: Int { values.count }

    /// Whether there are none.
    package var isEmpty: Bool { values.isEmpty }

    /// The value of a key. Setting `nil` takes the key out.
    package subscript(key: Key) -> Value? {
        get { list.place(of: key).map { values[$0] } }
        set { set(newValue, key) }
    }

    /// Puts a value under a key, unless there is one.
    ///
    /// - Returns: whether there was none.
    @discardableResult
    package mutating func insert(_ value: Value, for key: Key) -> Bool {
        guard list.insert(key) else { return false }
        values.append(value)
        return true
    }

    /// Takes a key out.
    ///
    /// - Returns: the value that it had.
    @inline(never)
    @discardableResult
    package mutating func removeValue(for key: Key) -> Value? {
        guard let place = list.remove(key) else { return nil }
        values.swapAt(place, values.count - 1)
        return values.removeLast()
    }

    @inline(never)
    private mutating func set(_ value: Value?, _ key: Key) {
        guard let value else {
            removeValue(for: key)
            return
        }
        if let place = list.place(of: key) { values[place] = value } else { insert(value, for: key) }
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
