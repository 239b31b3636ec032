import ReinNetworks

extension CWriter {
    /// Writes everything from the observation to the policy head, and to the features that noise depends on.
    func writeNetwork() {
        let features = featureCount == nil ? "" : "float *features, "
        writeFunction(
            "From an observation to what the layers end in, \(headCount) numbers.",
            "void \(prefix)_network(const float *obs, float *state, \(features)float *head)"
        ) {
            var input = "obs"
            if $0.program.normaliser != nil {
                $0.write("    float x[\($0.observationCount)];\n    \($0.prefix)_normalise(obs, x);")
                input = "x"
            }
            if let memory = $0.program.memory {
                $0.write("    float h[\(memory.width)];\n    \($0.prefix)_memory(\(input), state, h);")
                input = "h"
            } else {
                $0.write("    (void)state;")
            }
            let last = $0.writeCalls("layer", $0.program.layers, from: input, to: "head", between: "out")
            if let count = $0.featureCount {
                $0.write("    for (int i = 0; i < \(count); ++i) features[i] = \(last)[i];")
            }
            if case .actionValues(let values) = $0.program.head, values.isDueling {
                $0.writeDueling(values, from: $0.program.branch == 0 ? input : "out_\($0.program.branch - 1)")
            }
        }
    }

    /// Writes the calls of layers one after the other, with arrays for the numbers between two of them.
    ///
    /// - Returns: the array that the last layer reads.
    private func writeCalls(
        _ name: String, _ layers: [LayerStep], from input: String, to output: String, between array: String
    ) -> String {
        var input = input
        for (index, layer) in layers.enumerated() {
            guard index + 1 < layers.count else {
                write("    \(prefix)_\(name)_\(index)(\(input), \(output));")
                break
            }
            write("    float \(array)_\(index)[\(layer.outputs)];")
            write("    \(prefix)_\(name)_\(index)(\(input), \(array)_\(index));")
            input = "\(array)_\(index)"
        }
        return input
    }

    /// Writes what makes values of advantages: `value + a − mean over actions of a`, for each atom.
    private func writeDueling(_ values: ActionValues, from input: String) {
        write("    float value[\(values.atoms)];")
        _ = writeCalls("value_layer", program.valueLayers, from: input, to: "value", between: "value_out")
        write(
            """
                for (int k = 0; k < \(values.atoms); ++k) {
                    float sum = 0.0f;
                    for (int a = 0; a < \(values.count); ++a) sum += head[\(values.atoms) * a + k];
                    const float shift = value[k] - sum / \(CNumber.text(Float(values.count)));
                    for (int a = 0; a < \(values.count); ++a) head[\(values.atoms) * a + k] += shift;
                }
            """)
    }
}
