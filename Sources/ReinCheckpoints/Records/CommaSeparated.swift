/// Lines of comma-separated values, as RFC 4180 writes them.
package enum CommaSeparated {
    /// A line of fields, quoted where needed.
    package static func line(_ fields: [String]) -> String {
        fields.map { field in
            let isPlain = !field.contains { $0 == "," || $0 == "\"" || $0.isNewline }
            return isPlain
                ? field
                : "\""
                    + field.split(separator: "\"", omittingEmptySubsequences: false)
                    .joined(separator: "\"\"") + "\""
        }.joined(separator: ",")
    }

    /// The fields of a line.
    package static func fields(_ line: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        var previous: Character = ","
        for character in line {
            switch character {
            case "\"":
                if !isQuoted, previous == "\"" { fields[fields.count - 1].append("\"") }
                isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
            previous = character
        }
        return fields
    }
}
