public import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What the name of a trial tells of its settings, such as `1_lr=0.1000,width=64`.
///
/// Keys and values are written as Ray Tune does: the last step of the path only, numbers with four decimals, whatever is
/// no letter, digit, `_` or `-` as `_`. A value is cut after 100 characters.
public enum TrialTag {
    /// The tag of a trial.
    ///
    /// - Parameters:
    ///   - index: its number among the trials.
    ///   - variant: its settings, of which those are told that the space does not fix.
    public static func text(index: Int, variant: Variant) -> String { text(index: index, searched: variant.searched) }

    /// The tag of a trial with settings that somebody thought up for a space: what the space does not fix is told.
    public static func text(index: Int, configuration: StateMap, of space: SearchSpace) -> String {
        text(index: index, searched: space.searchedSettings(in: configuration))
    }

    /// The tag of a trial that has taken over from another one, in Ray's form: `1_tag@perturbed[batch=64,lr=0.9870]`.
    ///
    /// - Parameters:
    ///   - original: the tag that it was made with.
    ///   - changed: the settings that are others now.
    static func text(of original: String, perturbed changed: [(path: SpacePath, value: StateTree)]) -> String {
        "\(original)@perturbed[\(text(of: changed))]"
    }

    private static func text(index: Int, searched: [(path: SpacePath, value: StateTree)]) -> String {
        searched.isEmpty ? String(index) : "\(index)_\(text(of: searched))"
    }

    private static func text(of settings: [(path: SpacePath, value: StateTree)]) -> String {
        settings.map { path, value in text(of: path.components.last?.text ?? "", value) }.joined(separator: ",")
    }

    /// A setting of a tag: `lr=0.1000`.
    static func text(of key: String, _ value: StateTree) -> String { "\(cleaned(.string(key)))=\(cleaned(value))" }

    private static func cleaned(_ value: StateTree) -> String {
        if case .double(let number) = value { return fourDecimals(number).prefix(CleanedText.limit).description }
        var text = CleanedText()
        text.append(value, isInside: false)
        return text.cleaned
    }

    private static func fourDecimals(_ number: Double) -> String {
        // The largest double has 309 digits.
        var bytes = [CChar](repeating: 0, count: 330)
        let count = withVaList([number]) { vsnprintf(&bytes, bytes.count, "%.4f", $0) }
        let digits = bytes.prefix(Int(max(0, count))).map { UInt8(bitPattern: $0) }
        // Whatever the locale says.
        return String(decoding: digits.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }, as: UTF8.self)
    }
}

extension SearchSpace {
    /// The settings of a configuration that the space does not fix, sorted by their paths.
    public func searchedSettings(in configuration: StateMap) -> [(path: SpacePath, value: StateTree)] {
        var paths: Set<SpacePath> = []
        Parameter.map(self).addSearchedPaths(to: &paths, at: SpacePath())
        return paths.sorted().compactMap { path in configuration.value(at: path).map { (path, $0) } }
    }
}

extension SearchSpace.Parameter {
    fileprivate func addSearchedPaths(to paths: inout Set<SpacePath>, at path: SpacePath) {
        switch self {
        case .fixed: break
        case .grid(let values):
            paths.insert(path)
            for value in values { value.addSearchedPaths(to: &paths, at: path) }
        case .domain, .computed: paths.insert(path)
        case .conditional(let choice):
            paths.insert(path)
            let parent = SpacePath(path.components.dropLast())
            for one in choice.cases { Self.map(one.brings).addSearchedPaths(to: &paths, at: parent) }
        case .list(let elements):
            for (index, element) in elements.enumerated() {
                element.addSearchedPaths(to: &paths, at: path.index(index))
            }
        case .map(let space):
            for (key, parameter) in space.entries { parameter.addSearchedPaths(to: &paths, at: path.key(key)) }
        }
    }
}

/// A value in Python's spelling, with everything unusual in it as `_`.
private struct CleanedText {
    static let limit = 100
    private var scalars = String.UnicodeScalarView()
    private var count = 0
    private var followsUnusual = false

    private var isFull: Bool { count >= Self.limit }

    var cleaned: String {
        var text = scalars
        while text.last == "_" { text.removeLast() }
        return String(text)
    }

    private mutating func append(_ text: String) {
        for scalar in text.unicodeScalars {
            if isFull { return }
            let isUsual =
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
                default: false
                }
            defer { followsUnusual = !isUsual }
            let written = isUsual ? scalar : "_"
            guard isUsual || !followsUnusual, !(written == "_" && scalars.isEmpty) else { continue }
            scalars.append(written)
            count += 1
        }
    }

    mutating func append(_ value: StateTree, isInside: Bool) {
        if isFull { return }
        switch value {
        case .null: append("None")
        case .bool(let value): append(value ? "True" : "False")
        case .int(let number): append(String(number))
        case .double(let number): append(number.description)
        case .string(let text): append(isInside ? "'\(text)'" : text)
        case .bytes, .tensor: append(value.kind)
        case .list(let elements):
            for element in elements where !isFull {
                append(" ")
                append(element, isInside: true)
            }
            append(" ")
        case .map(let map):
            for (key, element) in map.entries where !isFull {
                append("'\(key)' ")
                append(element, isInside: true)
                append(" ")
            }
        }
    }
}
