import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What the name of a trial tells of the settings that it took over, in Ray's form: `1_tag@perturbed[batch=64,lr=0.9870]`.
enum PerturbedTag {
    /// The tag of a trial that goes on with these parameters, which are named by their last keys.
    static func text(original: String, parameters: [(path: MutationPath, value: StateTree)]) -> String {
        let texts = parameters.map { "\(cleaned($0.path.keys.last ?? ""))=\(text(of: $0.value))" }
        return "\(original)@perturbed[\(texts.joined(separator: ","))]"
    }

    /// A value: a real number with four decimals, everything else with underscores for what is no letter, digit or `-`.
    private static func text(of value: StateTree) -> String {
        if case .double(let number) = value { return fourDecimals(number) }
        return cleaned(plain(value))
    }

    private static func plain(_ value: StateTree) -> String {
        switch value {
        case .null: "None"
        case .bool(let value): value ? "True" : "False"
        case .string(let value): value
        case .list(let elements): elements.map(plain).joined(separator: " ")
        case .map(let map): map.map { "\($0.key) \(plain($0.value))" }.joined(separator: " ")
        case .int, .double, .bytes, .tensor: JSON.text(value)
        }
    }

    private static func cleaned(_ text: String) -> String {
        var bytes: [UInt8] = []
        var isReplacing = false
        for byte in text.utf8 {
            let isAllowed =
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            if isAllowed || !isReplacing { bytes.append(isAllowed ? byte : UInt8(ascii: "_")) }
            isReplacing = !isAllowed
        }
        let marks = bytes.drop { $0 == UInt8(ascii: "_") }.reversed().drop { $0 == UInt8(ascii: "_") }.reversed()
        return String(decoding: marks, as: UTF8.self)
    }

    private static func fourDecimals(_ number: Double) -> String {
        // The largest number has 309 digits before the point.
        var text = [CChar](repeating: 0, count: 400)
        let count = withVaList([number]) { vsnprintf(&text, text.count, "%.4f", $0) }
        return String(decoding: text.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
