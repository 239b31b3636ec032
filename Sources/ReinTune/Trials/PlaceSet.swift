/// Places in a list, of which the first is found quickly: a bit for each place.
struct PlaceSet: Sendable {
    private var words: [UInt64] = []
    /// Whether there is none.
    var isEmpty: Bool { count == 0 }
    private var count = 0

    /// Adds a place that is not there.
    mutating func insert(_ place: Int) {
        while words.count <= place / 64 { words.append(0) }
        words[place / 64] |= 1 << UInt64(place % 64)
        count += 1
    }

    /// Removes a place that is there.
    mutating func remove(_ place: Int) {
        words[place / 64] &= ~(1 << UInt64(place % 64))
        count -= 1
    }

    /// The lowest place.
    var first: Int? {
        guard count > 0, let word = words.firstIndex(where: { $0 != 0 }) else { return nil }
        return word * 64 + words[word].trailingZeroBitCount
    }
}
