import CReinKernels
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("Kernels over flat vectors and rows")
struct VectorKernelTests {
    @Test("Sums have sixteen lanes that are folded in one order, on every width", arguments: KernelVariant.available)
    func sums(variant: KernelVariant) {
        let functions = variant.functions
        func fold(_ terms: [Double]) -> Double {
            var lanes = [Double](repeating: 0, count: 16)
            for (index, term) in terms.enumerated() { lanes[index % 16] += term }
            for width in [8, 4, 2, 1] { for index in 0..<width { lanes[index] += lanes[index + width] } }
            return lanes[0]
        }
        for length in awkwardLengths + [1_000, 4_099] {
            let x = GuardedFloats(length, seed: 21)
            let y = GuardedFloats(length, seed: 22)
            let a = x.values.map(Double.init)
            let b = y.values.map(Double.init)
            #expect(functions.sum(x.pointer, Int64(length)) == fold(a))
            #expect(functions.sum_of_squares(x.pointer, Int64(length)) == fold(a.map { $0 * $0 }))
            #expect(functions.dot(x.pointer, y.pointer, Int64(length)) == fold(zip(a, b).map { $0 * $1 }))
        }
    }

    @Test("The first number that is none is found, wherever it is", arguments: KernelVariant.available)
    func notFinite(variant: KernelVariant) {
        let functions = variant.functions
        for length in awkwardLengths {
            let n = Int64(length)
            let x = GuardedFloats(length, seed: 41)
            for index in 0..<length where index % 3 == 0 {
                x.pointer[index] = index % 2 == 0 ? .greatestFiniteMagnitude : -.leastNonzeroMagnitude
            }
            var doubles = x.values.map(Double.init)
            #expect(functions.first_not_finite(x.pointer, n) == -1)
            #expect(functions.first_beyond_floats(&doubles, n) == -1)
            for index in stride(from: length - 1, through: 0, by: -1) {
                x.pointer[index] = [.nan, .infinity, -.infinity][index % 3]
                doubles[index] = [.nan, 3.5e38, -1e300, .infinity][index % 4]
                #expect(functions.first_not_finite(x.pointer, n) == Int64(index))
                #expect(functions.first_beyond_floats(&doubles, n) == Int64(index))
            }
            #expect(x.isIntact)
        }
    }

    @Test("Adding, scaling and blending touch exactly their elements", arguments: KernelVariant.available)
    func elementwise(variant: KernelVariant) {
        let functions = variant.functions
        for length in awkwardLengths {
            let n = Int64(length)
            let x = GuardedFloats(length, seed: 31)
            let y = GuardedFloats(length, seed: 32)
            var expected = y.values
            let a = x.values
            functions.add(x.pointer, y.pointer, n)
            for index in 0..<length { expected[index] += a[index] }
            #expect(y.values == expected)
            functions.scale(0.75, y.pointer, n)
            for index in 0..<length { expected[index] *= 0.75 }
            #expect(y.values == expected)
            functions.axpy(-0.3, x.pointer, y.pointer, n)
            for index in 0..<length { expected[index] += -0.3 * a[index] }
            #expect(agree(y.values, expected, within: 1e-6))
            functions.blend(0.005, x.pointer, y.pointer, n)
            for index in 0..<length { expected[index] += 0.005 * (a[index] - expected[index]) }
            #expect(agree(y.values, expected, within: 1e-6))
            #expect(x.isIntact && y.isIntact)
        }
    }

    @Test("Transposing and column sums hold for every awkward shape", arguments: KernelVariant.available)
    func matrices(variant: KernelVariant) {
        let functions = variant.functions
        for rows in awkwardLengths {
            for columns in awkwardLengths {
                let x = GuardedFloats(rows * columns, seed: 41)
                let y = GuardedFloats(rows * columns, value: 5)
                let sums = GuardedFloats(columns, value: 5)
                functions.transpose(x.pointer, y.pointer, Int64(rows), Int64(columns))
                functions.column_sums(x.pointer, sums.pointer, Int64(rows), Int64(columns))
                #expect(x.isIntact && y.isIntact && sums.isIntact)
                var wrong = 0
                for column in 0..<columns {
                    var sum: Float = 0
                    for row in 0..<rows {
                        let value = x.pointer[row * columns + column]
                        if y.pointer[column * rows + row] != value { wrong += 1 }
                        sum += value
                    }
                    if sums.pointer[column] != sum { wrong += 1 }
                }
                #expect(wrong == 0, "[\(rows), \(columns)]")
            }
        }
    }

    @Test("Rows are gathered by index, whatever their width", arguments: KernelVariant.available)
    func gathering(variant: KernelVariant) {
        let indices: [Int32] = [4, 0, 2, 2, 4, 1, 3]
        for width in awkwardLengths + [4, 6] {
            let source = GuardedFloats(5 * width, seed: 51)
            let destination = GuardedFloats(indices.count * width)
            variant.functions.gather_rows(
                source.pointer, indices, destination.pointer, Int64(indices.count), Int64(width))
            let expected = indices.flatMap { Array(source.values[Int($0) * width..<(Int($0) + 1) * width]) }
            #expect(destination.values == expected && destination.isIntact)
        }
    }

    @Test(
        "Log-softmax is that of double precision, also for large and forbidden logits",
        arguments: KernelVariant.available)
    func logSoftmax(variant: KernelVariant) {
        for rows in [0, 1, 3, 63, 64, 65, 130] {
            for columns in [1, 2, 3, 6, 18, 33] {
                let count = rows * columns
                let x = GuardedFloats(count, seed: 61)
                for index in 0..<count { x.pointer[index] *= index % 5 == 0 ? 90 : 4 }
                if columns > 2 && rows > 1 { x.pointer[columns + 1] = -.infinity }
                let logarithms = GuardedFloats(count)
                let probabilities = GuardedFloats(count)
                variant.functions.log_softmax(
                    x.pointer, logarithms.pointer, probabilities.pointer, Int64(rows), Int64(columns))
                #expect(logarithms.isIntact && probabilities.isIntact)
                for row in 0..<rows {
                    let logits = (0..<columns).map { Double(x.pointer[row * columns + $0]) }
                    let top = logits.max() ?? 0
                    let total = logits.reduce(0) { $0 + exp($1 - top) }
                    for (column, logit) in logits.enumerated() {
                        let index = row * columns + column
                        let exact = logit - top - log(total)
                        let difference = abs(Double(logarithms.pointer[index]) - exact)
                        #expect(difference < 1e-6 * max(1, abs(exact)) || Double(logarithms.pointer[index]) == exact)
                        #expect(abs(Double(probabilities.pointer[index]) - exp(exact)) < 1e-6)
                    }
                }
                variant.functions.log_softmax(
                    x.pointer, x.pointer, probabilities.pointer, Int64(rows), Int64(columns))
                #expect(x.bits == logarithms.bits, "in place")
            }
        }
    }

    @Test("Selecting a variant that is not there changes nothing")
    func selection() {
        let before = rein_kernels_selected()
        #expect(rein_kernels_select(99) == 0)
        #expect(rein_kernels_selected() == before)
        #expect(rein_kernels_table(before) != nil && rein_kernels_table(-1) == nil)
    }
}
