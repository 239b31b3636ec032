import ReinNetworks

extension CWriter {
    /// Writes the function that an action is asked of.
    func writeAct() {
        if program.maskWidth > 0 { writeBest() }
        writeFunction(
            "The most likely action.",
            "void \(prefix)_act(const float *obs, const unsigned char *mask, float *state, \(actionType) *action)"
        ) { writer in
            switch writer.program.head {
            case .categorical(let count): writer.writeChoice(count)
            case .actionValues(let values): writer.writeChoice(values.count)
            case .multiCategorical(let counts): writer.writeChoices(counts)
            case .continuous(let head): writer.writeContinuousAction(head)
            }
        }
    }

    /// Writes the search for the largest.
    private func writeBest() {
        writeFunction(
            "The first of the largest values that the mask allows; the very first when it allows none.",
            "int \(prefix)_best(const float *values, const unsigned char *mask, int count)"
        ) {
            $0.write(
                """
                    int best = -1;
                    for (int i = 0; i < count; ++i) {
                        if ((!mask || mask[i]) && (best < 0 || values[i] > values[best])) best = i;
                    }
                    return best < 0 ? 0 : best;
                """)
        }
    }

    private func writeChoice(_ count: Int) {
        let first = program.firstAction == 0 ? "" : "\(CNumber.text(program.firstAction)) + "
        write(
            """
                float value[\(count)];
                \(prefix)_outputs(obs, state, value);
                *action = \(first)\(prefix)_best(value, mask, \(count));
            """)
    }

    private func writeChoices(_ counts: [Int]) {
        let rows = counts.map(String.init).joined(separator: ", ")
        write(
            """
                static const int count[\(counts.count)] = {\(rows)};
                float logit[\(outputCount)];
                \(prefix)_outputs(obs, state, logit);
                for (int i = 0, first = 0; i < \(counts.count); first += count[i++]) {
                    action[i] = \(prefix)_best(logit + first, mask ? mask + first : mask, count[i]);
                }
            """)
    }

    private func writeContinuousAction(_ head: ContinuousHead) {
        writeBounds()
        write("    float head[\(headCount)];")
        if let featureCount { write("    float h[\(featureCount)];") }
        write("    \(prefix)_network(obs, state, \(featureCount == nil ? "" : "h, ")head);")
        write("    (void)mask;\n    for (int i = 0; i < \(head.count); ++i) {\n        float v = head[i];")
        if let limit = head.meanLimit.map({ CNumber.text($0) }) {
            write("        v = \(limited("v", from: "-\(limit)", to: limit));")
        }
        if head.isSquashed { write("        v = \(prefix)_tanh(v);") }
        writeTransform()
        write("        action[i] = v;\n    }")
    }

    private func writeBounds() {
        switch program.transform {
        case .none: break
        case .clip(let low, let high), .rescale(let low, let high):
            writeTable("low", low)
            writeTable("high", high)
        }
    }

    private func writeTransform() {
        switch program.transform {
        case .none: return
        case .clip: break
        case .rescale: write("        v = low[i] + (v + 1.0f) * 0.5f * (high[i] - low[i]);")
        }
        write("        v = \(limited("v", from: "low[i]", to: "high[i]"));")
    }
}
