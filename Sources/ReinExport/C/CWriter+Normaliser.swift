extension CWriter {
    /// Writes what scales observations.
    func writeNormaliser() {
        guard let normaliser = program.normaliser else { return }
        writeFunction(
            "Scales an observation.", "void \(prefix)_normalise(const float *obs, float *x)"
        ) {
            let value: String
            switch normaliser.formula {
            case .product(let shift, let scale):
                $0.writeTable("shift", shift)
                $0.writeTable("scale", scale)
                value = "(obs[i] - shift[i]) * scale[i]"
            case .quotient(let offset, let divisor):
                $0.writeTable("offset", offset)
                $0.writeTable("divisor", divisor)
                value = "(float)(((double)obs[i] - offset[i]) / divisor[i])"
            }
            $0.write("    for (int i = 0; i < \($0.observationCount); ++i) {\n        const float v = \(value);")
            let limit = CNumber.text(normaliser.limit)
            let result = normaliser.limit.isFinite ? $0.limited("v", from: "-\(limit)", to: limit) : "v"
            $0.write("        x[i] = \(result);\n    }")
        }
    }
}
