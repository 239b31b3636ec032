import ReinCheckpoints

/// The names of a header: a prefix, an underscore, and what it is.
enum CName {
    /// The prefix for a policy's id.
    ///
    /// English letters and digits stay, letters and digits of other languages are written as their code (`ä` becomes
    /// `u00e4`), so that ids that differ by them have different prefixes, and anything between is one underscore. What
    /// would then begin with a digit, be a keyword or be empty has `policy_` in front.
    static func prefix(of id: String) -> String {
        var name = ""
        for scalar in id.unicodeScalars {
            if isWord(scalar) {
                name.unicodeScalars.append(scalar)
            } else if isForeign(scalar) {
                let code = String(scalar.value, radix: 16)
                name += "u" + String(repeating: "0", count: max(0, 4 - code.count)) + code
            } else if !name.isEmpty, !name.hasSuffix("_") {
                name += "_"
            }
        }
        if name.hasSuffix("_") { name.removeLast() }
        if name.isEmpty { return "policy" }
        return problem(of: name) == nil ? name : "policy_" + name
    }

    /// Throws unless names can begin with a prefix that somebody chose.
    static func require(_ prefix: String) throws(StateError) {
        guard let problem = problem(of: prefix) else { return }
        let other = self.prefix(of: prefix).shortened
        throw StateError(
            .outOfRange, "\"\(prefix.shortened)\" is no C name, since it \(problem); did you mean \"\(other)\"?",
            path: "prefix")
    }

    /// Why a string is no name of C and C++, or one of those that are theirs; nil when it is a name.
    private static func problem(of name: String) -> String? {
        guard let first = name.unicodeScalars.first else { return "is empty" }
        if let other = name.unicodeScalars.first(where: { $0 != "_" && !isWord($0) }) {
            return "has \"\(String(other).escapingControls)\" in it"
        }
        if isDigit(first) { return "begins with a digit" }
        if first == "_" { return "begins with an underscore" }
        if name.contains("__") { return "has two underscores in a row" }
        if name.hasSuffix("_") { return "ends in an underscore" }
        return keywords.contains(name) ? "is a keyword" : nil
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || isDigit(scalar)
    }

    /// Whether a scalar is a letter, a mark on one, or a number that C does not take into names.
    private static func isForeign(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .decimalNumber, .letterNumber, .otherNumber, .otherSymbol:
            true
        default: false
        }
    }

    /// The keywords of C23 and C++23.
    private static let keywords: Set<String> = Set(
        """
        alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t char8_t class \
        co_await co_return co_yield compl concept const const_cast consteval constexpr constinit continue decltype \
        default delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline \
        int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public register \
        reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast struct switch \
        template this thread_local throw true try typedef typeid typename typeof typeof_unqual union unsigned using \
        virtual void volatile wchar_t while xor xor_eq
        """.split(separator: " ").map(String.init))
}
