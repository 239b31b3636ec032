/// Keys, each once, by the places where they came to stand: the first one at 0. Each is found in constant time.
///
/// It stands for the standard library's sets, and under its dictionaries (`Table`): their code is compiled anew for every
/// kind of element and every kind of value, which made a tenth of the code of this module. Here it is made once for each
/// kind of key.
package struct KeyList<Key: Hashable & Sendable>: Sendable {
    /// The keys in the order of their places.
    package private(set) var keys: [Key] = []
    private var places: [Key: Int] = [:]

    /// No keys.
    package init() {}

    /// The keys of a sequence, those that are there twice once.
    init(_ keys: [Key]) {
        for key in keys { insert(key) }
    }

    /// The number of keys.
    package var count: Int { keys.count }

    /// Whether there are none.
    package var isEmpty: Bool { keys.isEmpty }

    /// Where a key stands; nil when it is not there.
    @inline(never)
    package func place(of key: Key) -> Int? { places[key] }

    /// Whether a key is there.
    package func contains(_ key: Key) -> Bool { place(of: key) != nil }

    /// Puts a key behind all others, unless it is there.
    ///
    /// - Returns: whether it was not there.
    @inline(never)
    @discardableResult
    package mutating func insert(_ key: Key) -> Bool {
        guard places[key] == nil else { return false }
        places[key] = keys.count
        keys.append(key)
        return true
    }

    /// Takes a key out, and puts the last one in its place.
    ///
    /// - Returns: the place that it had; nil when it was not there.
    @inline(never)
    @discardableResult
    package mutating func remove(_ key: Key) -> Int? {
        guard let place = places[key] else { return nil }
        places[key] = nil
        let last = keys.removeLast()
        if place < keys.count {
            keys[place] = last
            places[last] = place
        }
        return place
    }
}
