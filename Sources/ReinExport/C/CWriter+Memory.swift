import ReinNetworks

extension CWriter {
    /// Writes one step of the recurrent layer.
    func writeMemory() {
        guard let memory = program.memory else { return }
        switch memory.kind {
        case .lstm: writeLSTM(memory)
        case .gru: writeGRU(memory)
        }
    }

    private func writeLSTM(_ memory: MemoryStep) {
        let width = memory.width
        writeFunction(
            "One step of long short-term memory with the gates i, f, g, o; the state is h, then c.",
            "void \(prefix)_memory(const float *x, float *state, float *y)"
        ) {
            $0.writeSums(memory, hiddenSums: "gate")
            $0.write(
                """
                    for (int j = 0; j < \(width); ++j) {
                        const float i = \($0.prefix)_sigmoid(gate[j]);
                        const float f = \($0.prefix)_sigmoid(gate[\(width) + j]);
                        const float g = \($0.prefix)_tanh(gate[\(2 * width) + j]);
                        const float o = \($0.prefix)_sigmoid(gate[\(3 * width) + j]);
                        const float c = f * (state ? state[\(width) + j] : 0.0f) + i * g;
                        y[j] = o * \($0.prefix)_tanh(c);
                        if (state) {
                            state[j] = y[j];
                            state[\(width) + j] = c;
                        }
                    }
                """)
        }
    }

    private func writeGRU(_ memory: MemoryStep) {
        let width = memory.width
        writeFunction(
            "One step of a gated recurrent unit with the gates r, z, n; the state is h.",
            "void \(prefix)_memory(const float *x, float *state, float *y)"
        ) {
            $0.writeSums(memory, hiddenSums: "past")
            $0.write(
                """
                    for (int j = 0; j < \(width); ++j) {
                        const float r = \($0.prefix)_sigmoid(gate[j] + past[j]);
                        const float z = \($0.prefix)_sigmoid(gate[\(width) + j] + past[\(width) + j]);
                        const float n = \($0.prefix)_tanh(gate[\(2 * width) + j] + r * past[\(2 * width) + j]);
                        y[j] = n + z * ((state ? state[j] : 0.0f) - n);
                        if (state) state[j] = y[j];
                    }
                """)
        }
    }

    /// Writes the sums of all gates: `gate`, from the input, and those from h, which are added to `gate` or are an array
    /// of their own.
    private func writeSums(_ memory: MemoryStep, hiddenSums: String) {
        let gates = memory.input.outputs
        writeTable("input_weight", memory.input.weight, columns: gates)
        writeTable("input_bias", memory.input.bias)
        writeTable("hidden_weight", memory.hidden.weight, columns: gates)
        writeTable("hidden_bias", memory.hidden.bias)
        if hiddenSums == "gate" {
            write("    float gate[\(gates)];")
            write("    for (int j = 0; j < \(gates); ++j) gate[j] = input_bias[j] + hidden_bias[j];")
        } else {
            write("    float gate[\(gates)], \(hiddenSums)[\(gates)];")
            write("    for (int j = 0; j < \(gates); ++j) gate[j] = input_bias[j];")
            write("    for (int j = 0; j < \(gates); ++j) \(hiddenSums)[j] = hidden_bias[j];")
        }
        write(
            """
                for (int i = 0; i < \(memory.input.inputs); ++i) {
                    const float v = x[i];
                    for (int j = 0; j < \(gates); ++j) gate[j] += v * input_weight[i][j];
                }
                for (int i = 0; state && i < \(memory.width); ++i) {
                    const float v = state[i];
                    for (int j = 0; j < \(gates); ++j) \(hiddenSums)[j] += v * hidden_weight[i][j];
                }
            """)
    }
}
