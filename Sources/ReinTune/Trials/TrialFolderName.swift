/// The names of the folders of trials.
public enum TrialFolderName {
    /// The most characters of a name before the date, and the most bytes: file systems end at 255 with what is appended.
    private static let limit = (characters: 130, bytes: 200)

    /// The name of a trial's folder, such as `PPO_abcde_00000_0_lr=0.1000_2026-11-28_13-54-15`.
    ///
    /// What file systems, shells and copying programs do not take well is written as `_`. A name that is too long loses the
    /// end of its tag, or that of the trainable's name where the id would not be there in full otherwise.
    ///
    /// - Parameters:
    ///   - trainable: what is trained.
    ///   - id: the trial's id.
    ///   - tag: the trial's tag.
    ///   - date: what comes last, in full.
    public static func name(trainable: String, id: TrialID, tag: String, date: String? = nil) -> String {
        let id = cut(safe(id.string), to: (100, 150))
        let room = (limit.characters - id.unicodeScalars.count - 1, limit.bytes - id.utf8.count - 1)
        let name = cut("\(cut(safe(trainable), to: room))_\(id)_\(safe(tag))", to: limit)
        let whole = date.map { "\(name)_\(cut(safe($0), to: (40, 40)))" } ?? name
        // A folder that begins with a dot is a hidden one.
        return whole.unicodeScalars.first == "."
            ? "_\(String(String.UnicodeScalarView(whole.unicodeScalars.dropFirst())))" : whole
    }

    /// A name that is not taken: the name itself, or with `_0001` or a later number at its end.
    public static func unique<Failure: Error>(
        _ name: String, isTaken: (String) throws(Failure) -> Bool
    ) throws(Failure) -> String {
        var candidate = name
        var number = 0
        while try isTaken(candidate) {
            number += 1
            let digits = String(number)
            candidate = "\(name)_\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)"
        }
        return candidate
    }

    private static func safe(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            // Longer than any name, so that no text takes long.
            if scalars.count > limit.characters { break }
            scalars.append(isUnsafe(scalar) ? "_" : scalar)
        }
        return String(scalars)
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: return true
        default: break
        }
        return scalar.properties.isBidiControl || "/\\():*?\"<>|".unicodeScalars.contains(scalar)
    }

    private static func cut(_ text: String, to limit: (characters: Int, bytes: Int)) -> String {
        var scalars = String.UnicodeScalarView()
        var (characters, bytes) = (0, 0)
        for scalar in text.unicodeScalars {
            characters += 1
            bytes += UTF8.width(scalar)
            if characters > limit.characters || bytes > limit.bytes { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }
}
