#if Serving
import ReinCheckpoints

/// Durations as options and settings files have them: a number and a unit, as `250ms`, or a number of seconds.
extension Duration: SettingValue {
    static var expected: String { "a number with us, ms, s, min or h behind it, or of seconds" }

    /// The units, and how many seconds they are.
    private static let units: [(name: String, seconds: Double)] = [
        ("us", 1e-6), ("ms", 1e-3), ("min", 60), ("s", 1), ("h", 3600), ("", 1),
    ]

    init?(text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count)
        guard let seconds = Self.units.first(where: { $0.name == unit })?.seconds, let count = Double(number) else {
            return nil
        }
        self.init(exactlyCounting: count * seconds)
    }

    init?(_ tree: StateTree) {
        switch tree {
        case .int(let seconds): self.init(exactlyCounting: Double(seconds))
        case .double(let seconds): self.init(exactlyCounting: seconds)
        case .string(let text): self.init(text: text)
        default: return nil
        }
    }

    /// So many seconds, unless they are negative or more than anybody waits.
    private init?(exactlyCounting seconds: Double) {
        guard seconds >= 0, seconds <= 1e9 else { return nil }
        self = .nanoseconds(Int64((seconds * 1e9).rounded()))
    }

    var text: String {
        let nanoseconds = components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
        let units: [(String, Int64)] = [
            ("h", 3_600_000_000_000), ("min", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000),
        ]
        for (name, size) in units where nanoseconds >= size && nanoseconds % size == 0 {
            return "\(nanoseconds / size)\(name)"
        }
        return nanoseconds == 0 ? "0s" : "\(Double(nanoseconds) / 1e9)s"
    }
}
#endif
