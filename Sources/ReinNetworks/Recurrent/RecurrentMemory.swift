/// Where the numbers of a recurrent layer's forward pass lie in a block of floats that somebody else owns.
struct RecurrentMemory {
    /// The sums from the input, then the gates, in the end the gradient of the sums: `[rows, gates · width]`.
    let gates: UnsafeMutablePointer<Float>
    /// The sums from the state before, of all steps for a GRU and of the present one for an LSTM:
    /// `[rows, gates · width]`.
    let hiddenGates: UnsafeMutablePointer<Float>
    /// The outputs, `[rows, width]`.
    let hidden: UnsafeMutablePointer<Float>
    /// The outputs of the steps before, with zeros where an episode starts, `[rows, width]`.
    let hiddenIn: UnsafeMutablePointer<Float>
    /// The cells, their hyperbolic tangents and those of the steps before, each `[rows, width]`; an LSTM's only.
    let cells: UnsafeMutablePointer<Float>
    let cellTanhs: UnsafeMutablePointer<Float>
    let cellsIn: UnsafeMutablePointer<Float>

    /// Places everything that `rows` rows need, from `base` on.
    init(_ core: RecurrentCore, rows: Int, base: UnsafeMutablePointer<Float>) {
        let (narrow, wide) = Self.sizes(core, rows: rows)
        gates = base
        hiddenGates = gates + wide
        hidden = hiddenGates + wide
        hiddenIn = hidden + narrow
        let cell = core.kind == .lstm ? narrow : 0
        cells = hiddenIn + narrow
        cellTanhs = cells + cell
        cellsIn = cellTanhs + cell
    }

    /// The number of floats that `rows` rows need.
    static func count(_ core: RecurrentCore, rows: Int) -> Int {
        let (narrow, wide) = sizes(core, rows: rows)
        return 2 * wide + (core.kind == .lstm ? 5 : 2) * narrow
    }

    /// The sizes of a block of outputs and of a block of gates, both whole cache lines.
    private static func sizes(_ core: RecurrentCore, rows: Int) -> (narrow: Int, wide: Int) {
        ((rows * core.width + 15) / 16 * 16, (rows * core.gateWidth + 15) / 16 * 16)
    }
}
