import ReinCheckpoints
import ReinNetworks

/// Tensors in the order in which they are written, under names of PyTorch's modules.
struct TorchTensors {
    private(set) var list: [SafetensorsWriter.NamedTensor] = []

    /// Adds numbers.
    mutating func add(_ floats: [Float], shape: [Int], named name: String) {
        list.append((name, StateTensor(sharing: floats, shape: shape)))
    }

    /// Adds a layer as an `nn.Linear`: `weight` `[outputs, inputs]` and `bias` `[outputs]`.
    mutating func add(_ layer: LayerStep, named name: String) { add(layer, outputs: 0..<layer.outputs, named: name) }

    /// Adds the part of a layer that makes some of its outputs.
    mutating func add(_ layer: LayerStep, outputs: Range<Int>, named name: String) {
        let weight = layer.transposedWeight[outputs.lowerBound * layer.inputs..<outputs.upperBound * layer.inputs]
        add(Array(weight), shape: [outputs.count, layer.inputs], named: "\(name).weight")
        add(Array(layer.bias[outputs]), shape: [outputs.count], named: "\(name).bias")
    }

    /// Adds layers of an `nn.Sequential` in which a nonlinearity follows each of them.
    mutating func add(_ layers: ArraySlice<LayerStep>, inSequential name: String) {
        for (index, layer) in layers.enumerated() { add(layer, named: "\(name).\(2 * index)") }
    }

    /// Adds a recurrent layer as an `nn.LSTM` or `nn.GRU` of one layer.
    mutating func add(_ memory: MemoryStep, named name: String) {
        for (layer, suffix) in [(memory.input, "ih_l0"), (memory.hidden, "hh_l0")] {
            add(
                layer.transposedWeight, shape: [layer.outputs, layer.inputs], named: "\(name).weight_\(suffix)")
        }
        for (layer, suffix) in [(memory.input, "ih_l0"), (memory.hidden, "hh_l0")] {
            add(layer.bias, shape: [layer.outputs], named: "\(name).bias_\(suffix)")
        }
    }

    /// Adds the log standard deviations that are no outputs of the network, if there are such: `[count]`, or
    /// `[features, count]` with state-dependent exploration.
    mutating func addLogDeviations(of program: PolicyProgram, named name: String) {
        guard case .continuous(let head) = program.head else { return }
        switch head.deviations {
        case .none, .head: break
        case .constant(let logs): add(logs, shape: [head.count], named: name)
        case .features(let logs): add(logs, shape: [logs.count / head.count, head.count], named: name)
        }
    }

    /// Adds what scales observations, `[count]` each: `shift` and `scale` in single precision for
    /// `(x − shift) * scale`; `shift` and `divisor` in double precision for `(x − shift) / divisor`. A factor for the
    /// latter would be rounded once more, and give other numbers than Rein's.
    mutating func add(_ normaliser: NormaliserStep) {
        switch normaliser.formula {
        case .product(let shift, let scale):
            add(shift, shape: [shift.count], named: "normaliser.shift")
            add(scale, shape: [scale.count], named: "normaliser.scale")
        case .quotient(let offset, let divisor):
            list.append(("normaliser.shift", StateTensor(offset, shape: [offset.count])))
            list.append(("normaliser.divisor", StateTensor(divisor, shape: [divisor.count])))
        }
    }
}
