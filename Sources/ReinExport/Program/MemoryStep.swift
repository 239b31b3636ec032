import ReinNetworks

/// A recurrent layer with its numbers, one step of it: the sums of all gates are `x · input + h · hidden`.
///
/// The gates are PyTorch's, in its order: i, f, g, o of an LSTM; r, z, n of a GRU, whose n has the gate r outside of the
/// recurrent sum and its bias. What is handed from step to step is h, and c of an LSTM.
struct MemoryStep {
    let kind: RecurrentKind
    /// The number of units.
    let width: Int
    /// From the observation to all gates, `[inputs, gateCount * width]`.
    let input: LayerStep
    /// From h to all gates, `[width, gateCount * width]`.
    let hidden: LayerStep

    init(_ core: RecurrentCore, _ parameters: [Float]) {
        kind = core.kind
        width = core.width
        input = LayerStep(core.input, named: "core/input", parameters)
        hidden = LayerStep(core.hidden, named: "core/hidden", parameters)
    }

    /// The number of floats that are handed from step to step: h, then c of an LSTM.
    var stateWidth: Int { kind.stateCount * width }
}
