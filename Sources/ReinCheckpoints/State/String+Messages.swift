extension String {
    /// The string with control characters and invisible ones shown as `\u{..}`, so that no file can play with the
    /// reader's terminal or eyes.
    @inline(never)
    package var escapingControls: String {
        var escaped = ""
        for scalar in unicodeScalars {
            if scalar.isControl || scalar.isInvisible {
                escaped += "\\u{\(scalar.hexadecimal)}"
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// The string without control characters, cut after 80 characters: fit to be quoted in a message.
    @inline(never)
    package var shortened: String {
        let escaped = String(prefix(81)).escapingControls
        return escaped.count > 80 ? "\(escaped.prefix(80))..." : escaped
    }

    /// Whether both strings hold the same UTF-8, which is stricter than `==`: that also equates "é" with "e" + accent.
    func isIdentical(to other: String) -> Bool {
        self == other && utf8.elementsEqual(other.utf8)
    }
}

extension Unicode.Scalar {
    /// The number of the character in hexadecimal digits.
    @inline(never)
    var hexadecimal: String { String(value, radix: 16) }

    /// Whether this is a control character or something else that breaks a line.
    var isControl: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// Whether nothing, or nothing of its own, is to be seen of this: marks of the direction of writing, joiners, spaces
    /// without width, variation selectors and the like.
    var isInvisible: Bool {
        properties.generalCategory == .format || properties.isDefaultIgnorableCodePoint || properties.isBidiControl
    }
}
