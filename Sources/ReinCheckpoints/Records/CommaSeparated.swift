/// Lines of comma-separated values, as RFC 4180 writes them.
package enum CommaSeparated {
    /// A line of fields, quoted where needed.
    package static func line(_ fields: [String]) -> String {
        fields.map { field in
            isPlain(field) ? field : "\"" + field.parts(between: "\"").joined(separator: "\"\"") + "\""
        }.joined(separator: ",")
    }

    /// The fields of a line.
    package static func fields(_ line: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        var previous: Unicode.Scalar = ","
        for scalar in line.unicodeScalars {
            switch scalar {
            case "\"":
                if !isQuoted, previous == "\"" { fields[fields.count - 1] += "\"" }
                isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].unicodeScalars.append(scalar)
            }
            previous = scalar
        }
        return fields
    }

    /// Whether a field needs no quotes: it holds no comma, no quote and nothing that breaks a line.
    private static func isPlain(_ field: String) -> Bool {
        for scalar in field.unicodeScalars {
            switch scalar {
            case ",", "\"", "\n", "\r", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}": return false
            default: break
            }
        }
        return true
    }
}
