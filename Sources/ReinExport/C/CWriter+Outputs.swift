import ReinNetworks

extension CWriter {
    /// Writes the function that the numbers are asked of which an action is chosen by.
    func writeOutputs() {
        writeFunction(
            "The numbers that an action is chosen by.",
            "void \(prefix)_outputs(const float *obs, float *state, float *outputs)"
        ) { writer in
            switch writer.program.head {
            case .actionValues(let values) where values.atoms > 1: writer.writeExpectedValues(values)
            case .continuous(let head): writer.writeDeviations(head)
            default: writer.write("    \(writer.prefix)_network(obs, state, outputs);")
            }
        }
    }

    /// Writes what makes values of distributions over atoms: the mean of the atoms under the softmax of the logits.
    private func writeExpectedValues(_ values: ActionValues) {
        writeTable("atom", (0..<values.atoms).map(values.support))
        write(
            """
                float head[\(values.headWidth)];
                \(prefix)_network(obs, state, head);
                for (int a = 0; a < \(values.count); ++a) {
                    const float *logit = head + \(values.atoms) * a;
                    float largest = logit[0], sum = 0.0f, mean = 0.0f;
                    for (int k = 1; k < \(values.atoms); ++k) largest = logit[k] > largest ? logit[k] : largest;
                    for (int k = 0; k < \(values.atoms); ++k) {
                        const float e = expf(logit[k] - largest);
                        sum += e;
                        mean += e * atom[k];
                    }
                    outputs[a] = mean / sum;
                }
            """)
    }

    /// Writes the head, and the log standard deviations behind it where they are not in there.
    private func writeDeviations(_ head: ContinuousHead) {
        let count = head.count
        switch head.deviations {
        case .none, .head: write("    \(prefix)_network(obs, state, outputs);")
        case .constant(let logs):
            writeTable("log_deviation", logs)
            write(
                """
                    \(prefix)_network(obs, state, outputs);
                    for (int i = 0; i < \(count); ++i) outputs[\(count) + i] = log_deviation[i];
                """)
        case .features(let logs):
            let features = featureCount ?? 0
            writeTable("log_deviation", logs, columns: count)
            write(
                """
                    float h[\(features)];
                    \(prefix)_network(obs, state, h, outputs);
                    for (int i = 0; i < \(count); ++i) {
                        float variance = \(CNumber.text(StateDependentGaussian.epsilon));
                        for (int j = 0; j < \(features); ++j) variance += h[j] * h[j] * expf(2.0f * log_deviation[j][i]);
                        outputs[\(count) + i] = 0.5f * logf(variance);
                    }
                """)
        }
    }
}
