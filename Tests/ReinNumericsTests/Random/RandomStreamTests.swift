import Foundation
import ReinNumerics
import Testing

@Suite struct RandomStreamTests {
    @Test("The numbers of a stream never change from one version to the next")
    func recorded() {
        var stream = RandomStream(seed: 7, name: "exploration", index: 3)
        #expect([stream.next(), stream.next(), stream.next()] == Self.recordedWords)
    }

    /// The first words of the stream above, computed by a separate program from the definitions of xoshiro256++ and
    /// SplitMix64. A change here breaks every saved run.
    static let recordedWords: [UInt64] = [5781698848333680745, 935001050969601485, 5289027749132785437]

    @Test("Floats and doubles fill [0, 1) evenly")
    func uniformity() {
        var stream = RandomStream(seed: 1, name: "uniform")
        var floatCounts = [Int](repeating: 0, count: 64)
        var doubleCounts = floatCounts
        for _ in 0..<640_000 {
            let float = stream.nextFloat()
            let double = stream.nextDouble()
            #expect(float >= 0 && float < 1 && double >= 0 && double < 1)
            floatCounts[Int(float * 64)] += 1
            doubleCounts[Int(double * 64)] += 1
        }
        // Chi-squared with 63 degrees of freedom exceeds 120 once in 50,000 times.
        #expect(chiSquared(floatCounts) < 120)
        #expect(chiSquared(doubleCounts) < 120)
    }

    @Test("below(_:) is unbiased", arguments: [1, 2, 3, 5, 7, 10, 64, 100])
    func below(bound: Int) {
        var stream = RandomStream(seed: 2, name: "below", index: bound)
        var counts = [Int](repeating: 0, count: bound)
        for _ in 0..<2_000 * bound { counts[stream.below(bound)] += 1 }
        let freedom = Double(bound - 1)
        #expect(chiSquared(counts) <= freedom + 5 * (2 * freedom).squareRoot() + 5)
    }

    @Test("below(_:) is unbiased where a plain multiplication is not")
    func belowLargeBound() {
        // With 3 · 2⁶⁰ values a multiplication alone would favour every other value by half.
        var stream = RandomStream(seed: 2, name: "large")
        let bound = 3 << 60
        var counts = [Int](repeating: 0, count: 3)
        for _ in 0..<90_000 { counts[stream.below(bound) % 3] += 1 }
        #expect(chiSquared(counts) < 24)
    }

    @Test("Normal draws have the moments, the tail and the independence of a normal distribution")
    func normal() {
        var stream = RandomStream(seed: 3, name: "normal")
        let count = 400_000
        let draws = (0..<count).map { _ in Double(stream.nextNormal()) }
        func moment(_ power: Int) -> Double {
            draws.map { draw in (0..<power).reduce(1.0) { product, _ in product * draw } }.reduce(0, +) / Double(count)
        }
        #expect(abs(moment(1)) < 5 / Double(count).squareRoot())
        #expect(abs(moment(2) - 1) < 5 * (2 / Double(count)).squareRoot())
        #expect(abs(moment(3)) < 5 * (15 / Double(count)).squareRoot())
        #expect(abs(moment(4) - 3) < 5 * (96 / Double(count)).squareRoot())
        let product = (1..<count).map { draws[$0 - 1] * draws[$0] }.reduce(0, +) / Double(count)
        #expect(abs(product) < 5 / Double(count).squareRoot())
        let tail = draws.filter { abs($0) > 3 }.count
        #expect(abs(Double(tail) - 0.0026998 * Double(count)) < 5 * (0.0027 * Double(count)).squareRoot())
    }

    @Test("Exponential draws have mean and variance 1")
    func exponential() {
        var stream = RandomStream(seed: 3, name: "exponential")
        let draws = (0..<200_000).map { _ in Double(stream.nextExponential()) }
        let mean = draws.reduce(0, +) / 200_000
        #expect(draws.allSatisfy { $0 >= 0 && $0.isFinite })
        #expect(abs(mean - 1) < 0.012)
        #expect(abs(draws.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 200_000 - 1) < 0.04)
    }

    @Test("Streams of other seeds, names, indices and parents are others, and uncorrelated")
    func independence() {
        let root = RandomStream(seed: 5, name: "a")
        var streams = [
            root, RandomStream(seed: 6, name: "a"), RandomStream(seed: 5, name: "b"),
            RandomStream(seed: 5, name: "a", index: 1), RandomStream(seed: 5, name: "a", index: -1),
            RandomStream(seed: 5, name: ""), RandomStream(seed: 5, name: "aa"), root.stream("a"), root.stream("b"),
            root.stream("a", index: 1), root.stream("a").stream("a"),
        ]
        let draws = streams.indices.map { index in (0..<20_000).map { _ in streams[index].nextDouble() - 0.5 } }
        for first in draws.indices {
            for second in draws.indices where second > first {
                let correlation = 12 * zip(draws[first], draws[second]).map(*).reduce(0, +) / 20_000
                #expect(abs(correlation) < 5 / 20_000.0.squareRoot(), "streams \(first) and \(second)")
            }
        }
    }

    @Test("Neighbouring seeds and indices give streams without a trace of each other")
    func neighbours() {
        var bits = [Int](repeating: 0, count: 64)
        for index in 0..<4_000 {
            var first = RandomStream(seed: UInt64(index), name: "s")
            var second = RandomStream(seed: UInt64(index) + 1, name: "s")
            let difference = first.next() ^ second.next()
            for bit in 0..<64 where difference >> UInt64(bit) & 1 == 1 { bits[bit] += 1 }
        }
        // Each bit flips half the time: 2,000 ± 5 · 31.6.
        #expect(bits.allSatisfy { abs($0 - 2_000) < 158 })
    }

    @Test("A child depends on its parent's origin, not on what the parent has drawn")
    func children() {
        var parent = RandomStream(seed: 9, name: "parent")
        let early = parent.stream("child", index: 2)
        let before = parent
        _ = parent.next()
        _ = parent.nextNormal()
        #expect(parent.stream("child", index: 2) == early)
        #expect(before != parent)
    }

    @Test("A shuffle is a permutation, and every order is equally likely")
    func shuffle() {
        var stream = RandomStream(seed: 4, name: "shuffle")
        var counts: [[Int32]: Int] = [:]
        for _ in 0..<24_000 {
            var elements: [Int32] = [0, 1, 2, 3]
            elements.withUnsafeMutableBufferPointer { stream.shuffle($0) }
            counts[elements, default: 0] += 1
        }
        #expect(counts.count == 24)
        #expect(counts.keys.allSatisfy { $0.sorted() == [0, 1, 2, 3] })
        #expect(chiSquared(Array(counts.values)) < 65)
        var none: [Int32] = []
        none.withUnsafeMutableBufferPointer { stream.shuffle($0) }
        var one: [Int32] = [7]
        one.withUnsafeMutableBufferPointer { stream.shuffle($0) }
        #expect(one == [7])
    }

    @Test("A stored stream goes on with the same numbers, the waiting normal one included", arguments: [0, 1, 2, 3])
    func storage(normals: Int) throws {
        var stream = RandomStream(seed: .max, name: "stored")
        for _ in 0..<normals { _ = stream.nextNormal() }
        var restored = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(stream))
        #expect(restored == stream)
        for _ in 0..<5 { #expect(restored.nextNormal().bitPattern == stream.nextNormal().bitPattern) }
        #expect(restored.stream("child") == stream.stream("child"))
    }

    @Test("Words that no stream reaches are refused")
    func zeroWords() {
        let json = #"{"key": 1, "word0": 0, "word1": 0, "word2": 0, "word3": 0}"#
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(RandomStream.self, from: Data(json.utf8)) }
    }

    private func chiSquared(_ counts: [Int]) -> Double {
        let expected = Double(counts.reduce(0, +)) / Double(counts.count)
        return counts.map { (Double($0) - expected) * (Double($0) - expected) / expected }.reduce(0, +)
    }
}
