import CReinKernels
import ReinNumerics
import Testing

@Suite("Random matrices with orthonormal columns")
struct OrthonormalColumnsTests {
    /// A matrix, row-major.
    static func matrix(_ length: Int, _ count: Int, seed: UInt64 = 1) -> [Float] {
        var random = RandomStream(seed: seed, name: "orthonormal")
        return matrix(length, count, using: &random)
    }

    static func matrix(_ length: Int, _ count: Int, using random: inout RandomStream) -> [Float] {
        var elements = [Float](repeating: .nan, count: length * count)
        elements.withUnsafeMutableBufferPointer {
            OrthonormalColumns(length: length, count: count, using: &random).copy(to: $0)
        }
        return elements
    }

    /// Around the number of reflections that are applied together, and of rows that are changed together.
    @Test(
        "Columns have length 1 and right angles",
        arguments: [
            (1, 1), (2, 1), (3, 3), (63, 63), (64, 64), (65, 65), (130, 100), (128, 128), (300, 7), (257, 193),
            (500, 1),
        ])
    func orthonormal(length: Int, count: Int) {
        let elements = Self.matrix(length, count)
        var largest = 0.0
        for first in 0..<count {
            for second in 0...first {
                var product = 0.0
                for row in 0..<length {
                    product += Double(elements[row * count + first]) * Double(elements[row * count + second])
                }
                largest = max(largest, abs(product - (first == second ? 1 : 0)))
            }
        }
        #expect(largest < 3e-6)
    }

    @Test("Nothing is drawn, and nothing is there, without columns")
    func empty() {
        #expect(Self.matrix(5, 0).isEmpty)
        #expect(Self.matrix(0, 0).isEmpty)
    }

    /// Of a uniform rotation or reflection in three dimensions each element has mean 0 and variance 1/3, its square has
    /// variance 4/45, different elements do not correlate, and half of the determinants are negative.
    @Test("They are uniformly distributed")
    func uniform() {
        var random = RandomStream(seed: 5, name: "uniform")
        let draws = 20_000
        var sums = [Double](repeating: 0, count: 9)
        var squares = [Double](repeating: 0, count: 9)
        var products = [Double](repeating: 0, count: 9)
        var negative = 0
        for _ in 0..<draws {
            let m = Self.matrix(3, 3, using: &random).map(Double.init)
            for index in 0..<9 {
                sums[index] += m[index]
                squares[index] += m[index] * m[index]
                products[index] += m[index] * m[(index + 4) % 9]
            }
            let determinant =
                m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6])
                + m[2] * (m[3] * m[7] - m[4] * m[6])
            negative += determinant < 0 ? 1 : 0
        }
        let n = Double(draws)
        // Five standard deviations.
        for index in 0..<9 {
            #expect(abs(sums[index] / n) < 5 * (1 / (3 * n)).squareRoot())
            #expect(abs(squares[index] / n - 1.0 / 3) < 5 * (4 / (45 * n)).squareRoot())
            #expect(abs(products[index] / n) < 5 * (1 / (3 * n)).squareRoot())
        }
        #expect(abs(Double(negative) / n - 0.5) < 5 * (0.25 / n).squareRoot())
    }

    /// Of the first two columns of five, squares of elements have mean 1/5 and variance 8/175.
    @Test("So are fewer columns than rows")
    func uniformColumns() {
        var random = RandomStream(seed: 6, name: "uniform")
        let draws = 20_000
        var sums = [Double](repeating: 0, count: 10)
        var squares = [Double](repeating: 0, count: 10)
        for _ in 0..<draws {
            for (index, element) in Self.matrix(5, 2, using: &random).enumerated() {
                sums[index] += Double(element)
                squares[index] += Double(element * element)
            }
        }
        let n = Double(draws)
        for index in 0..<10 {
            #expect(abs(sums[index] / n) < 5 * (1 / (5 * n)).squareRoot())
            #expect(abs(squares[index] / n - 0.2) < 5 * (8 / (175 * n)).squareRoot())
        }
    }

    @Test("A transposed copy holds the same elements, and a factor multiplies them")
    func copies() {
        var random = RandomStream(seed: 2, name: "copies")
        let matrix = OrthonormalColumns(length: 70, count: 66, using: &random)
        var (plain, turned) = ([Float](repeating: 0, count: 70 * 66), [Float](repeating: 0, count: 70 * 66))
        plain.withUnsafeMutableBufferPointer { matrix.copy(to: $0) }
        turned.withUnsafeMutableBufferPointer { matrix.copy(to: $0, transposed: true, times: 2) }
        for row in 0..<70 {
            for column in 0..<66 {
                #expect(turned[column * 70 + row] == 2 * plain[row * 66 + column])
            }
        }
    }
}
