/// What an event tells: numbers and histograms under tags.
package struct EventSummary {
    private var message = ProtobufWriter()

    /// Whether nothing is told.
    package private(set) var isEmpty = true
    /// The tags of the numbers, in order.
    package private(set) var scalarTags: [String] = []

    /// Begins a summary.
    package init() {}

    /// The numbers and lists of numbers of a result, each under its keys joined by slashes: truth values as 0 and 1, lists
    /// as histograms. Text, nothing, NaN and what has nothing inside are left out.
    ///
    /// - Parameters:
    ///   - result: the result.
    ///   - prefix: what comes before all tags.
    ///   - left: keys at the top that are left out.
    package init(_ result: StateTree, prefix: String, leavingOut left: [String] = []) {
        guard case .map(let map) = result else { return }
        for (key, value) in map where !left.contains(key) { add(value, tag: prefix + key) }
    }

    private mutating func add(_ value: StateTree, tag: String) {
        switch value {
        case .bool(let flag): scalar(flag ? 1 : 0, tag: tag)
        case .int(let number): scalar(Double(number), tag: tag)
        case .double(let number): if !number.isNaN { scalar(number, tag: tag) }
        case .list(let elements):
            let numbers = elements.compactMap(\.number)
            guard numbers.count == elements.count, let histogram = EventHistogram(numbers) else { return }
            self.value(tag: tag) { $0.message(5) { histogram.write(to: &$0) } }
        case .map(let map):
            for (key, value) in map { add(value, tag: "\(tag)/\(key)") }
        case .null, .string, .bytes, .tensor: break
        }
    }

    /// Adds a number; event files hold 32-bit ones.
    package mutating func scalar(_ number: Double, tag: String) {
        value(tag: tag) { $0.float(2, Float(number)) }
        scalarTags.append(tag)
    }

    /// Adds what a plugin of TensorBoard reads.
    mutating func plugin(_ name: String, tag: String, _ content: ProtobufWriter) {
        value(tag: tag) { value in
            value.message(9) { metadata in
                metadata.message(1) { data in
                    data.string(1, name)
                    data.bytes(2, content.bytes)
                }
            }
        }
    }

    private mutating func value(tag: String, _ body: (inout ProtobufWriter) -> Void) {
        message.message(1) { value in
            value.string(1, tag)
            body(&value)
        }
        isEmpty = false
    }

    /// The message `Event` with this summary.
    func event(step: Int, time: Double) -> [UInt8] {
        var event = ProtobufWriter()
        event.double(1, time)
        event.integer(2, Int64(step))
        event.bytes(5, message.bytes)
        return event.bytes
    }
}

extension StateTree {
    /// The number that this is; nil when it is none.
    fileprivate var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        case .bool, .null, .string, .bytes, .tensor, .list, .map: nil
        }
    }
}
