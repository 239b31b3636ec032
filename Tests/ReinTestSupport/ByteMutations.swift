import ReinNumerics

/// Changes bytes at random, a little at a time: what readers of texts from outside have to stand.
public struct ByteMutations {
    private var random: RandomStream
    private let marks: [UInt8]

    /// Starts with the marks that mean something to the reader, which are put in more often than others.
    public init(seed: UInt64, marks: String) {
        random = RandomStream(seed: seed, name: "mutations")
        self.marks = Array(marks.utf8)
    }

    /// The text with one to four changes: a byte replaced, removed or put in, a piece twice, or the end cut off.
    public mutating func mutated(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0...number(below: 4) {
            guard !bytes.isEmpty else { break }
            let place = number(below: bytes.count)
            switch number(below: 5) {
            case 0: bytes[place] = UInt8(number(below: 256))
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(marks[number(below: marks.count)], at: place)
            case 3:
                let end = min(bytes.count, place + number(below: 40))
                bytes.insert(contentsOf: bytes[place..<end], at: number(below: bytes.count))
            default: bytes = Array(bytes[..<place])
            }
        }
        return bytes
    }

    private mutating func number(below limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
}
