import ReinCheckpoints

/// What the name of a trial's folder tells, such as `PPO_abcde_00003_3_lr=0.1000_2026-11-28_13-54-15`.
struct TrialFolderParts: Equatable {
    /// The id of the trial; nil when the name has none.
    private(set) var id: String?
    /// The tag, with the date behind it, if there is one.
    private(set) var tag: String?
    /// The number of the trial.
    private(set) var number: Int?

    /// Takes a name apart.
    init(_ name: String) {
        let parts = name.split(separator: "_", omittingEmptySubsequences: false)
        guard let place = parts.firstIndex(where: { $0.utf8.count >= 5 && Self.isNumber($0) }) else { return }
        let code = place > 0 ? parts[place - 1] : ""
        let isCode = (5...8).contains(code.utf8.count) && code.utf8.allSatisfy(Self.isHexadecimal)
        id = isCode ? "\(code)_\(parts[place])" : String(parts[place])
        let rest = parts[(place + 1)...].joined(separator: "_")
        tag = rest.isEmpty ? nil : rest
        number = Self.number(ofTag: rest, id: id ?? "")
    }

    /// The number that a tag begins with, or else that an id ends with.
    static func number(ofTag tag: String, id: String) -> Int? {
        let first = tag.prefix { $0 != "_" }
        if isNumber(first), let number = first.wholeNumber { return number }
        let last = id.split(separator: "_").last ?? ""
        return isNumber(last) ? last.wholeNumber : nil
    }

    private static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
