/// The orders that things are put in: by names, which are compared byte by byte, and by numbers.
///
/// Each of both is sorted by one function that knows nothing of the elements: the standard library's own `sorted` is
/// compiled anew for every kind of element and every call, which made a tenth of the code of this module.
extension Sequence {
    /// The elements in the order of the bytes of their names. Those of one name stay in their order.
    package func sorted(byBytesOf name: (Element) -> String) -> [Element] {
        let elements = Array(self)
        return Places.byBytes(of: elements.map(name)).map { elements[$0] }
    }

    /// The elements in the order of their numbers, the smallest first. Those of one number stay in their order.
    package func sorted(byNumber number: (Element) -> Int) -> [Element] {
        let elements = Array(self)
        return Places.ascending(of: elements.map(number)).map { elements[$0] }
    }
}

extension Sequence<String> {
    /// The strings in the order of their bytes.
    package var sortedByBytes: [String] { Places.byBytes(Array(self)) }
}

extension Sequence<Int> {
    /// The numbers, the smallest first.
    package var ascending: [Int] { Places.ascending(Array(self)) }
}

extension [Int] {
    /// The places of the numbers, that of the smallest first. Those of equal numbers stay in their order.
    package var ascendingPlaces: [Int] { Places.ascending(of: self) }
}

/// Where the elements of an array come when they are sorted.
private enum Places {
    @inline(never)
    static func byBytes(of names: [String]) -> [Int] {
        names.indices.sorted { names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8) }
    }

    @inline(never)
    static func ascending(of numbers: [Int]) -> [Int] { numbers.indices.sorted { numbers[$0] < numbers[$1] } }

    @inline(never)
    static func byBytes(_ names: [String]) -> [String] { byBytes(of: names).map { names[$0] } }

    @inline(never)
    static func ascending(_ numbers: [Int]) -> [Int] { ascending(of: numbers).map { numbers[$0] } }
}
