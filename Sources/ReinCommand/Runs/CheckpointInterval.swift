import Rein

/// When checkpoints are made before the end of a run.
enum CheckpointInterval: Equatable {
    /// After every so many iterations. Such checkpoints stay.
    case iterations(Int)
    /// As time passes: so many seconds after the last one. Such a checkpoint only guards against losing work, and goes
    /// when the next one is complete.
    case seconds(Int)
    /// Not before the end.
    case never

    /// What holds if nothing is said: every five minutes.
    static let standard = CheckpointInterval.seconds(300)

    private static let units: [(letter: Character, seconds: Int)] = [("h", 3600), ("m", 60), ("s", 1)]
    private static let range = 1...1_000_000_000

    /// Reads `100` (iterations), `30s`, `10m`, `1h` or `never`; nil for anything else.
    init?(_ text: String) {
        if text == "never" {
            self = .never
        } else if let count = text.wholeNumber {
            guard Self.range.contains(count) else { return nil }
            self = .iterations(count)
        } else {
            guard let unit = Self.units.first(where: { $0.letter == text.last }),
                let count = text.dropLast().wholeNumber, Self.range.contains(count)
            else { return nil }
            let (seconds, overflow) = count.multipliedReportingOverflow(by: unit.seconds)
            guard !overflow, Self.range.contains(seconds) else { return nil }
            self = .seconds(seconds)
        }
    }

    /// The text that `init` reads, in the largest unit.
    var text: String {
        switch self {
        case .iterations(let count): "\(count)"
        case .seconds(let count):
            Self.units.first { count % $0.seconds == 0 }.map { "\(count / $0.seconds)\($0.letter)" } ?? "\(count)s"
        case .never: "never"
        }
    }

    /// What may be written, to follow "expected".
    static let expectation = "a number of iterations, a time such as 30s, 10m or 1h, or never"
}

extension CheckpointInterval {
    /// The interval as data: a number of iterations, or text.
    var tree: StateTree {
        if case .iterations(let count) = self { .int(Int64(count)) } else { .string(text) }
    }

    /// Reads an interval from data.
    ///
    /// - Throws: `StateError` for a value of another type or out of range.
    init(_ reader: StateReader) throws(StateError) {
        let text = if case .string(let text) = reader.tree { text } else { "\(try reader.int())" }
        guard let interval = CheckpointInterval(text) else {
            throw reader.error(.outOfRange, "\"\(text)\" is not \(Self.expectation)")
        }
        self = interval
    }
}
