import CReferenceBLAS
import CReinKernels

/// Rein's kernels beside OpenBLAS on one thread: dense layers of the usual shapes, then functions of elements.
///
/// Every time is the shortest of many, in turns, so that the columns of a row can be compared; absolute numbers move
/// with the machine.
@main
struct KernelBenchmarks {
    let variants = [REIN_KERNELS_AVX512, REIN_KERNELS_AVX2, REIN_KERNELS_PORTABLE]
        .compactMap { rein_kernels_table(Int32($0))?.pointee }

    static func main() {
        openblas_set_num_threads(1)
        let benchmarks = KernelBenchmarks()
        benchmarks.layers()
        benchmarks.functions()
        benchmarks.network()
    }

    private func heading(_ first: String, _ unit: String) {
        let names = variants.map { String(cString: $0.name) } + ["OpenBLAS"]
        print("\n\(first), \(unit)")
        print("".padded(26) + names.map { $0.padded(12) }.joined())
    }

    /// Forward pass, weight gradient and input gradient: microseconds and GFLOP/s.
    private func layers() {
        heading("dense layers", "microseconds (GFLOP/s)")
        let widths = [4, 64, 256]
        for rows in [1, 8, 64, 256, 2_048] {
            for inputs in widths {
                for outputs in widths + (inputs == 64 ? [2] : []) { layer(rows, inputs, outputs) }
            }
        }
    }

    private func layer(_ rows: Int, _ inputs: Int, _ outputs: Int) {
        let x = Samples(rows * inputs)
        let w = Samples(inputs * outputs)
        let b = Samples(outputs)
        let dz = Samples(rows * outputs)
        let y = Samples(rows * outputs)
        let dx = Samples(rows * inputs)
        let dw = Samples(inputs * outputs)
        let scratch = Samples(inputs * outputs)
        let (r, i, o) = (Int64(rows), Int64(inputs), Int64(outputs))
        let (m, k, n) = (blasint(rows), blasint(inputs), blasint(outputs))
        let identity = rein_activation(REIN_IDENTITY)
        let name = "\(rows) x \(inputs) x \(outputs)"

        let forward = variants.map { table in
            { table.dense_forward(x.pointer, w.pointer, b.pointer, y.pointer, nil, r, i, o, identity) }
        }
        report(
            "\(name) forward", rows * inputs * outputs,
            forward + [
                {
                    cblas_sgemm(
                        CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, x.pointer, k, w.pointer, n, 0,
                        y.pointer, n)
                }
            ])
        let weights = variants.map { table in
            { table.dense_backward_parameters(x.pointer, dz.pointer, dw.pointer, nil, r, i, o) }
        }
        report(
            "\(name) dW", rows * inputs * outputs,
            weights + [
                {
                    cblas_sgemm(
                        CblasRowMajor, CblasTrans, CblasNoTrans, k, n, m, 1, x.pointer, k, dz.pointer, n, 0,
                        dw.pointer, n)
                }
            ])
        let below = variants.map { table in
            {
                table.dense_backward_input(
                    dz.pointer, w.pointer, scratch.pointer, nil, dx.pointer, r, i, o, identity)
            }
        }
        report(
            "\(name) dX", rows * inputs * outputs,
            below + [
                {
                    cblas_sgemm(
                        CblasRowMajor, CblasNoTrans, CblasTrans, m, k, n, 1, dz.pointer, n, w.pointer, n, 0,
                        dx.pointer, k)
                }
            ])
    }

    private func report(_ name: String, _ products: Int, _ work: [() -> Void]) {
        let columns = Stopwatch.shortest(work).map { time in
            "\(time.column(6, decimals: time < 100 ? 2 : 0)) (\((2e-3 * Double(products) / time).column(1, decimals: 0)))"
                .padded(12)
        }
        print(name.padded(26) + columns.joined())
    }

    /// Functions of elements, in nanoseconds an element, and Adam, in microseconds.
    private func functions() {
        heading("functions of 16,384 elements in -3 to 3", "nanoseconds an element")
        let count = Int64(16_384)
        let x = Samples(Int(count), scale: 3)
        let positive = Samples(Int(count), scale: 3)
        for index in 0..<Int(count) { positive.pointer[index] = abs(x.pointer[index]) + 1e-3 }
        let y = Samples(Int(count))
        func line(_ name: String, _ body: @escaping (rein_kernel_table) -> Void) {
            let times = Stopwatch.shortest(variants.map { table in { body(table) } })
            print(name.padded(26) + times.map { ($0 * 1e3 / Double(count)).column(6, decimals: 3).padded(12) }.joined())
        }
        line("tanh") { $0.tanh(x.pointer, y.pointer, count) }
        line("exp") { $0.exp(x.pointer, y.pointer, count) }
        line("log") { $0.log(positive.pointer, y.pointer, count) }
        line("sigmoid") { $0.sigmoid(x.pointer, y.pointer, count) }
        line("sum of squares") { _ = $0.sum_of_squares(x.pointer, count) }

        heading("one pass of Adam", "microseconds")
        for count in [4_610, 67_586] {
            let p = Samples(count)
            let g = Samples(count)
            let m = Samples(count)
            let v = Samples(count)
            for index in 0..<count { v.pointer[index] = abs(v.pointer[index]) }
            let step = rein_adam_coefficients(1e-9, 0.9, 0.999, 1e-8, 10, 1)
            let times = Stopwatch.shortest(
                variants.map { table in
                    { table.adam(p.pointer, g.pointer, m.pointer, v.pointer, Int64(count), step) }
                })
            print("\(count) parameters".padded(26) + times.map { $0.column(6, decimals: 2).padded(12) }.joined())
        }
    }

    /// The forward pass of a policy with two tanh layers of 64, in microseconds.
    private func network() {
        heading("forward pass of 4-64-64-2, tanh", "microseconds")
        let w = Samples(64 * 64)
        let b = Samples(64)
        for rows in [1, 8, 64, 256] {
            let x = Samples(rows * 4)
            let first = Samples(rows * 64)
            let second = Samples(rows * 64)
            let y = Samples(rows * 2)
            let (r, tanh) = (Int64(rows), rein_activation(REIN_TANH))
            let times = Stopwatch.shortest(
                variants.map { table in
                    {
                        table.dense_forward(x.pointer, w.pointer, b.pointer, first.pointer, nil, r, 4, 64, tanh)
                        table.dense_forward(first.pointer, w.pointer, b.pointer, second.pointer, nil, r, 64, 64, tanh)
                        table.dense_forward(second.pointer, w.pointer, b.pointer, y.pointer, nil, r, 64, 2, 0)
                    }
                })
            print("\(rows) rows".padded(26) + times.map { $0.column(6, decimals: 2).padded(12) }.joined())
        }
    }
}

/// Floats between -scale and scale on a 64-byte boundary.
final class Samples {
    let pointer: UnsafeMutablePointer<Float>

    init(_ count: Int, scale: Float = 1) {
        pointer = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
            .bindMemory(to: Float.self, capacity: max(count, 1))
        var word: UInt32 = 12_345
        for index in 0..<count {
            word = word &* 1_664_525 &+ 1_013_904_223
            pointer[index] = Float(Int32(bitPattern: word) >> 8) / 8_388_608 * scale
        }
    }

    deinit { pointer.deallocate() }
}

extension String {
    /// The text, filled up with spaces on the right.
    func padded(_ width: Int) -> String { self + String(repeating: " ", count: Swift.max(1, width - count)) }
}
