import ReinNetworks
import ReinSpaces

/// Writes the header of a policy, piece by piece; see `CExport`.
final class CWriter {
    let program: PolicyProgram
    /// What all names begin with.
    let prefix: String
    /// What has been written.
    private(set) var text = ""

    init(_ program: PolicyProgram, prefix: String) {
        self.program = program
        self.prefix = prefix
    }

    /// Writes lines.
    func write(_ lines: String) {
        text += lines
        text += "\n"
    }

    /// Writes an empty line and a function with a comment before it.
    func writeFunction(_ comment: String, _ declaration: String, _ body: (CWriter) -> Void) {
        write("\n/* \(comment) */\nstatic inline \(declaration) {")
        body(self)
        write("}")
    }

    /// Writes a table of numbers of single precision.
    func writeTable(_ name: String, _ values: [Float]) {
        text += "    static const float \(name)[\(values.count)] = "
        writeList(0..<values.count, indentation: "    ") { CNumber.text(values[$0]) }
        text += ";\n"
    }

    /// Writes a table of numbers of double precision.
    func writeTable(_ name: String, _ values: [Double]) {
        text += "    static const double \(name)[\(values.count)] = "
        writeList(0..<values.count, indentation: "    ") { CNumber.text(values[$0]) }
        text += ";\n"
    }

    /// Writes a table of rows of `columns` numbers.
    func writeTable(_ name: String, _ values: [Float], columns: Int) {
        let rows = values.count / columns
        text += "    static const float \(name)[\(rows)][\(columns)] = {\n"
        for row in 0..<rows {
            text += "        "
            writeList(row * columns..<(row + 1) * columns, indentation: "        ") { CNumber.text(values[$0]) }
            text += row + 1 < rows ? ",\n" : "\n    };\n"
        }
    }

    /// Writes numbers between braces, eight in a line.
    private func writeList(_ range: Range<Int>, indentation: String, _ number: (Int) -> String) {
        let isLong = range.count > 8
        text += "{"
        for index in range {
            let place = index - range.lowerBound
            if place > 0 { text += "," }
            if isLong, place % 8 == 0 { text += "\n    \(indentation)" } else if place > 0 { text += " " }
            text += number(index)
        }
        text += isLong ? "\n\(indentation)}" : "}"
    }
}

extension CWriter {
    /// The number of numbers of an observation.
    var observationCount: Int { program.observations.count }

    /// The number of floats that a policy with memory keeps.
    var stateCount: Int { program.memory?.stateWidth ?? 0 }

    /// The number of numbers of an action.
    var actionCount: Int { program.actions.width }

    /// The type of an action's numbers.
    var actionType: String {
        if case .continuous = program.head { return "float" }
        return "int"
    }

    /// The number of outputs.
    var outputCount: Int {
        switch program.head {
        case .categorical(let count): return count
        case .multiCategorical(let counts): return counts.reduce(0, +)
        case .actionValues(let values): return values.count
        case .continuous(let head):
            if case .none = head.deviations { return head.count }
            return 2 * head.count
        }
    }

    /// The number of numbers that the layers end in.
    var headCount: Int { program.layers.last?.outputs ?? 0 }

    /// The number of features that noise depends on, which are handed out beside the head; nil without.
    var featureCount: Int? {
        guard case .continuous(let head) = program.head, case .features = head.deviations else { return nil }
        return program.layers.last?.inputs
    }
}
