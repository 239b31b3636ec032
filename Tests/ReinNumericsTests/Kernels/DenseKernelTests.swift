import CReinKernels
import Testing

/// One shape of a layer with operands, and its three products computed in a plain way.
private struct Layer {
    let rows: Int
    let inputs: Int
    let outputs: Int
    let x: GuardedFloats
    let w: GuardedFloats
    let b: GuardedFloats
    let dz: GuardedFloats

    init(_ rows: Int, _ inputs: Int, _ outputs: Int) {
        self.rows = rows
        self.inputs = inputs
        self.outputs = outputs
        x = GuardedFloats(rows * inputs, seed: 3)
        w = GuardedFloats(inputs * outputs, seed: 5)
        b = GuardedFloats(outputs, seed: 7)
        dz = GuardedFloats(rows * outputs, seed: 11)
    }

    /// A list of shapes in which every awkward length meets every other as rows and inputs.
    static var awkward: [Layer] {
        var layers: [Layer] = []
        for row in 0..<16 {
            for input in 0..<16 {
                let output = (row + 5 * input + 3) % 16
                layers.append(Layer(awkwardLengths[row], awkwardLengths[input], awkwardLengths[output]))
            }
        }
        return layers
    }
    /// Shapes that need several blocks of k, packed panels, and tiles of every kind.
    static var large: [Layer] {
        [
            Layer(2, 300, 40), Layer(1, 70, 300), Layer(33, 130, 70), Layer(40, 260, 133), Layer(300, 70, 5),
            Layer(300, 9, 64), Layer(70, 257, 3), Layer(65, 6, 300), Layer(290, 40, 1), Layer(150, 66, 129),
        ]
    }

    /// A product `[m, n]` of depth `depth`, each factor given by where its elements stand: in double precision, or as
    /// one chain of fused multiply-adds of floats with ascending k for each element.
    private static func product(
        _ m: Int, _ n: Int, _ depth: Int, chained: Bool, start: (Int) -> Float, _ left: UnsafePointer<Float>,
        _ leftIndex: (Int, Int) -> Int, _ right: UnsafePointer<Float>, _ rightIndex: (Int, Int) -> Int
    ) -> [Double] {
        var result: [Double] = []
        for i in 0..<m {
            for j in 0..<n {
                var chain = start(j)
                var exact = Double(chain)
                for k in 0..<depth {
                    let a = left[leftIndex(i, k)]
                    let b = right[rightIndex(k, j)]
                    if chained { chain = chain.addingProduct(a, b) } else { exact += Double(a) * Double(b) }
                }
                result.append(chained ? Double(chain) : exact)
            }
        }
        return result
    }

    func forward(chained: Bool) -> [Double] {
        Self.product(
            rows, outputs, inputs, chained: chained, start: { b.pointer[$0] }, x.pointer, { $0 * inputs + $1 },
            w.pointer, { $0 * outputs + $1 })
    }
    func inputGradient(chained: Bool) -> [Double] {
        Self.product(
            rows, inputs, outputs, chained: chained, start: { _ in 0 }, dz.pointer, { $0 * outputs + $1 }, w.pointer,
            { $1 * outputs + $0 })
    }
    func weightGradient(chained: Bool) -> [Double] {
        Self.product(
            inputs, outputs, rows, chained: chained, start: { _ in 0 }, x.pointer, { $1 * inputs + $0 }, dz.pointer,
            { $0 * outputs + $1 })
    }
    var biasGradient: [Float] {
        (0..<outputs).map { column in (0..<rows).reduce(0) { $0 + dz.pointer[$1 * outputs + column] } }
    }

    struct Results: Equatable {
        var y: [UInt32]
        var z: [UInt32]
        var dx: [UInt32]
        var dw: [UInt32]
        var db: [UInt32]
        var isIntact: Bool
    }

    /// All three products by a variant; the forward pass has no activation.
    func run(_ variant: KernelVariant, activation: Int = REIN_IDENTITY) -> Results {
        let functions = variant.functions
        let y = GuardedFloats(rows * outputs, value: 9)
        let z = GuardedFloats(rows * outputs, value: 9)
        let dx = GuardedFloats(rows * inputs, value: 9)
        let dw = GuardedFloats(inputs * outputs, value: 9)
        let db = GuardedFloats(outputs, value: 9)
        let scratch = GuardedFloats(inputs * outputs)
        let (r, i, o) = (Int64(rows), Int64(inputs), Int64(outputs))
        functions.dense_forward(
            x.pointer, w.pointer, b.pointer, y.pointer, z.pointer, r, i, o, rein_activation(activation))
        functions.dense_backward_input(
            dz.pointer, w.pointer, scratch.pointer, x.pointer, dx.pointer, r, i, o, rein_activation(activation))
        functions.dense_backward_parameters(x.pointer, dz.pointer, dw.pointer, db.pointer, r, i, o)
        let all = [y, z, dx, dw, db, scratch, x, w, b, dz]
        return Results(
            y: y.bits, z: z.bits, dx: dx.bits, dw: dw.bits, db: db.bits, isIntact: all.allSatisfy(\.isIntact))
    }

    var name: String { "[\(rows), \(inputs)] x [\(inputs), \(outputs)]" }
}

/// The bit patterns of floats that were widened.
private func bits(_ chain: [Double]) -> [UInt32] { chain.map { Float($0).bitPattern } }

private func floats(_ bits: [UInt32]) -> [Float] { bits.map(Float.init(bitPattern:)) }

private func close(_ bits: [UInt32], _ exact: [Double]) -> Bool {
    bits.count == exact.count
        && zip(bits, exact).allSatisfy { abs(Double(Float(bitPattern: $0)) - $1) <= 2e-5 * max(1, abs($1)) }
}

@Suite("Dense kernels")
struct DenseKernelTests {
    @Test("Every variant agrees with double precision, for every awkward shape, and writes nowhere else")
    func againstDoublePrecision() {
        for layer in Layer.awkward + Layer.large {
            let forward = layer.forward(chained: false)
            let inputGradient = layer.inputGradient(chained: false)
            let weightGradient = layer.weightGradient(chained: false)
            for variant in KernelVariant.available {
                let results = layer.run(variant)
                let name = "\(variant.testDescription) \(layer.name)"
                #expect(close(results.y, forward), "forward \(name)")
                #expect(results.z == results.y, "sums before the activation \(name)")
                #expect(close(results.dx, inputGradient), "input gradient \(name)")
                #expect(close(results.dw, weightGradient), "weight gradient \(name)")
                #expect(results.db == layer.biasGradient.map(\.bitPattern), "bias gradient \(name)")
                #expect(results.isIntact, "stray write \(name)")
            }
        }
    }

    @Test("With fused multiply-adds every element is one chain with ascending k, in any shape and on any width")
    func chains() {
        for layer in Layer.awkward.filter({ $0.rows <= 17 || $0.inputs <= 17 }) + Layer.large {
            let forward = bits(layer.forward(chained: true))
            let inputGradient = bits(layer.inputGradient(chained: true))
            let weightGradient = bits(layer.weightGradient(chained: true))
            for variant in KernelVariant.fused {
                let results = layer.run(variant)
                let name = "\(variant.testDescription) \(layer.name)"
                #expect(results.y == forward, "forward \(name)")
                #expect(results.dx == inputGradient, "input gradient \(name)")
                #expect(results.dw == weightGradient, "weight gradient \(name)")
            }
        }
    }

    @Test("A row's results do not depend on the other rows", arguments: KernelVariant.available)
    func rowIndependence(variant: KernelVariant) {
        let shapes = [(4, 64), (64, 64), (64, 2), (64, 1), (33, 17), (64, 6), (130, 70)]
        for (inputs, outputs) in shapes {
            let layer = Layer(65, inputs, outputs)
            let whole = layer.run(variant, activation: REIN_TANH)
            let functions = variant.functions
            for (first, count) in [(0, 1), (64, 1), (3, 2), (5, 4), (9, 7), (20, 8), (1, 16), (30, 33)] {
                let y = GuardedFloats(count * outputs)
                let dx = GuardedFloats(count * inputs)
                let scratch = GuardedFloats(inputs * outputs)
                let (r, i, o) = (Int64(count), Int64(inputs), Int64(outputs))
                functions.dense_forward(
                    layer.x.pointer + first * inputs, layer.w.pointer, layer.b.pointer, y.pointer, nil, r, i, o,
                    rein_activation(REIN_TANH))
                functions.dense_backward_input(
                    layer.dz.pointer + first * outputs, layer.w.pointer, scratch.pointer,
                    layer.x.pointer + first * inputs, dx.pointer, r, i, o, rein_activation(REIN_TANH))
                let name = "rows \(first)..<\(first + count) of \(layer.name)"
                #expect(y.bits == Array(whole.y[first * outputs..<(first + count) * outputs]), "\(name)")
                #expect(dx.bits == Array(whole.dx[first * inputs..<(first + count) * inputs]), "\(name)")
            }
        }
    }

    @Test(
        "Variants agree with each other after an activation",
        arguments: [REIN_IDENTITY, REIN_TANH, REIN_RELU, REIN_SILU, REIN_ELU, REIN_LEAKY_RELU, REIN_GELU, REIN_SIGMOID])
    func variantsAgree(activation: Int) {
        for layer in Layer.large + Layer.awkward.filter({ $0.rows > 8 && $0.rows <= 33 }) {
            let portable = layer.run(.portable, activation: activation)
            let fused = KernelVariant.fused.map { layer.run($0, activation: activation) }
            for results in fused {
                #expect(results == fused[0], "\(layer.name)")
                #expect(agree(floats(results.y), floats(portable.y)), "\(layer.name)")
                #expect(agree(floats(results.z), floats(portable.z)), "\(layer.name)")
                #expect(agree(floats(results.dx), floats(portable.dx)), "\(layer.name)")
                #expect(agree(floats(results.dw), floats(portable.dw)), "\(layer.name)")
                #expect(results.db == portable.db, "\(layer.name)")
            }
        }
    }

    @Test("A missing bias counts as zeros, a missing bias gradient is left out", arguments: KernelVariant.available)
    func missingBias(variant: KernelVariant) {
        let functions = variant.functions
        let layer = Layer(9, 5, 17)
        let zeros = GuardedFloats(17, value: 0)
        let y = GuardedFloats(9 * 17)
        let other = GuardedFloats(9 * 17)
        let dw = GuardedFloats(5 * 17)
        functions.dense_forward(layer.x.pointer, layer.w.pointer, nil, y.pointer, nil, 9, 5, 17, 0)
        functions.dense_forward(layer.x.pointer, layer.w.pointer, zeros.pointer, other.pointer, nil, 9, 5, 17, 0)
        functions.dense_backward_parameters(layer.x.pointer, layer.dz.pointer, dw.pointer, nil, 9, 5, 17)
        #expect(y.bits == other.bits)
        #expect(dw.bits == layer.run(variant).dw)
    }
}
