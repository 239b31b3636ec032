extension CWriter {
    /// Writes all fully connected layers, a function for each.
    func writeLayers() {
        for (index, layer) in program.layers.enumerated() { writeLayer(layer, named: "layer_\(index)") }
        for (index, layer) in program.valueLayers.enumerated() { writeLayer(layer, named: "value_layer_\(index)") }
    }

    /// Writes a layer. Its sums are a local array, which nothing else can point into, and the inner loop has a fixed
    /// number of turns: that is what compilers make vector code of even at -O2.
    private func writeLayer(_ layer: LayerStep, named name: String) {
        let (inputs, outputs) = (layer.inputs, layer.outputs)
        writeFunction(
            "The layer \(layer.name), \(inputs) to \(outputs).", "void \(prefix)_\(name)(const float *x, float *y)"
        ) {
            $0.writeTable("weight", layer.weight, columns: outputs)
            $0.writeTable("bias", layer.bias)
            $0.write(
                """
                    float sum[\(outputs)];
                    for (int j = 0; j < \(outputs); ++j) sum[j] = bias[j];
                    for (int i = 0; i < \(inputs); ++i) {
                        const float v = x[i];
                        for (int j = 0; j < \(outputs); ++j) sum[j] += v * weight[i][j];
                    }
                    for (int j = 0; j < \(outputs); ++j) y[j] = \($0.activated(layer.activation, "sum[j]"));
                """)
        }
    }
}
