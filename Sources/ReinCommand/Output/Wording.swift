import Rein

/// Numbers, durations and spaces as people read them.
enum Wording {
    /// An integer with commas: `1,234,567`.
    static func grouped(_ value: Int) -> String { NumberText.grouped(value) }

    /// A number with a fixed number of decimals; very large and very small ones as Swift prints them.
    static func decimal(_ value: Double, _ places: Int = 1) -> String { NumberText.decimal(value, places) }

    /// A duration as on a clock: `0:05`, `12:34`, `1:02:03`.
    static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "?" }
        let total = Int(max(0, seconds).rounded(.up))
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
    }

    /// A number of bytes: `512 B`, `36.4 kB`.
    static func bytes(_ count: Int) -> String {
        if count < 1000 { return "\(count) B" }
        if count < 1_000_000 { return decimal(Double(count) / 1e3) + " kB" }
        if count < 1_000_000_000 { return decimal(Double(count) / 1e6) + " MB" }
        return decimal(Double(count) / 1e9) + " GB"
    }

    /// `1 policy`, `2 policies`.
    static func count(_ count: Int, _ one: String, _ many: String) -> String {
        NumberText.count(count, one, many)
    }

    /// A box in a few words: `box [3], -1 to 1`, or without bounds when elements differ.
    static func space(_ box: Box) -> String {
        let shape = "box [\(box.shape.map(String.init).joined(separator: ", "))]"
        guard let low = box.low.first, let high = box.high.first else { return shape }
        guard box.low.allSatisfy({ $0 == low }), box.high.allSatisfy({ $0 == high }) else { return shape }
        if !low.isFinite, !high.isFinite { return shape + ", unbounded" }
        return shape + ", \(decimal(Double(low), 3).trimmingZeros) to \(decimal(Double(high), 3).trimmingZeros)"
    }

    /// What a row of observations is made of, from left to right, in a line: at most 16 parts.
    static func parts(_ encoding: ObservationEncoding) -> String {
        let parts = encoding.parts
        let words = parts.prefix(16).map(\.description)
        let rest = parts.count - words.count
        return (words + (rest > 0 ? ["and \(grouped(rest)) more"] : [])).joined(separator: "; ")
    }

    /// An action space in a few words.
    static func space(_ space: ActionSpace) -> String {
        switch space {
        case .discrete(let discrete):
            discrete.start == 0
                ? "discrete, \(discrete.count) actions"
                : "discrete, \(discrete.count) actions from \(discrete.start)"
        case .multiDiscrete(let multiDiscrete):
            "multi-discrete [\(multiDiscrete.counts.map(String.init).joined(separator: ", "))]"
        case .box(let box): Self.space(box)
        }
    }

    /// A word as a shell reads it: in quotation marks where needed.
    static func shell(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "_-./:=@%+,".utf8.contains(byte)
            }
        }
        guard !plain || word.isEmpty else { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// How long ago something was, in its largest unit: `12 s`, `5 min`, `3 h`, `2 d`.
    static func age(_ seconds: Int) -> String {
        let units = [("d", 86_400), ("h", 3600), ("min", 60)]
        let unit = units.first { seconds >= $0.1 } ?? ("s", 1)
        return "\(grouped(max(0, seconds) / unit.1)) \(unit.0)"
    }

    /// The policies of a list, quoted.
    static func list(_ ids: [PolicyID]) -> String { ids.map { "\"\($0)\"" }.joined(separator: ", ") }
}

extension String {
    /// The number without zeros at the end of its decimals.
    var trimmingZeros: String {
        guard contains(".") else { return self }
        var text = self
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}
