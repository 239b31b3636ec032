#if Serving
/// Prometheus's text format, version 0.0.4, as it is written.
struct PrometheusText: Sendable {
    /// What its header calls it.
    static let contentType = "text/plain; version=0.0.4"

    /// A number of a line.
    enum Number {
        case whole(Int64)
        case real(Double)
    }

    /// What has been written.
    private(set) var bytes: [UInt8] = []

    /// Begins the lines of a metric.
    mutating func begin(_ name: String, type: String, help: String?) {
        if let help { bytes.append(utf8: "# HELP \(name) \(Self.escaped(help, quotes: false))\n") }
        bytes.append(utf8: "# TYPE \(name) \(type)\n")
    }

    /// A text as the format has it: in the values of labels these three characters are escaped, in help the first two.
    static func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == 0x5c || $0 == 0x0a || $0 == 0x22 && quotes }) else { return text }
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    /// Adds a line.
    ///
    /// - Parameters:
    ///   - suffix: what follows the name.
    ///   - bound: the value of the label `le`; none when nil.
    mutating func add(
        _ identity: SeriesIdentity, suffix: StaticString = "", bound: String? = nil, _ number: Number
    ) {
        bytes.append(utf8: identity.name)
        bytes.append(text: suffix)
        if !identity.text.isEmpty || bound != nil {
            bytes.append(UInt8(ascii: "{"))
            bytes.append(utf8: identity.text)
            if let bound {
                if !identity.text.isEmpty { bytes.append(UInt8(ascii: ",")) }
                bytes.append(text: "le=\"")
                bytes.append(utf8: bound)
                bytes.append(UInt8(ascii: "\""))
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
        switch number {
        case .whole(let value): bytes.append(number: value)
        case .real(let value):
            if let whole = Int64(exactly: value) {
                bytes.append(number: whole)
            } else {
                bytes.append(utf8: value.isNaN ? "NaN" : value.isFinite ? "\(value)" : value > 0 ? "+Inf" : "-Inf")
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Adds the lines of a histogram. Their count is that of its buckets, so that they agree with each other also while
    /// others add to them.
    mutating func add(
        _ identity: SeriesIdentity, _ buckets: borrowing HistogramBuckets, bounds: [String], sum: Number
    ) {
        var count = 0
        for (index, bound) in bounds.enumerated() {
            count += buckets[index]
            add(identity, suffix: "_bucket", bound: bound, .whole(Int64(count)))
        }
        count += buckets[bounds.count]
        add(identity, suffix: "_bucket", bound: "+Inf", .whole(Int64(count)))
        add(identity, suffix: "_sum", sum)
        add(identity, suffix: "_count", .whole(Int64(count)))
    }
}
#endif
