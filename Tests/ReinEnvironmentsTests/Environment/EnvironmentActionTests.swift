import ReinEnvironments
import Testing

@Suite("Actions as environments take them")
struct EnvironmentActionTests {
    @Test("Actions are read from rows in order")
    func rows() {
        let row: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
        row.withUnsafeBufferPointer { row in
            guard let base = row.baseAddress else { return }
            #expect(Int(row: base) == 1 && Float(row: base) == 1)
            #expect(SIMD2<Float>(row: base) == [1, 2] && SIMD3<Float>(row: base) == [1, 2, 3])
            #expect(SIMD4<Float>(row: base) == [1, 2, 3, 4] && SIMD8<Float>(row: base) == [1, 2, 3, 4, 5, 6, 7, 8])
            let array = InlineArray<9, Float>(row: base)
            #expect(array.indices.allSatisfy { array[$0] == Float($0 + 1) })
        }
        let indices: [Float] = [2, 0, 5]
        indices.withUnsafeBufferPointer { row in
            guard let base = row.baseAddress else { return }
            let action = [3 of Int](row: base)
            #expect(action[0] == 2 && action[1] == 0 && action[2] == 5)
        }
        #expect(InlineArray<3, Int>.width == 3 && InlineArray<2, SIMD3<Float>>.width == 6)
        #expect(InlineArray<9, Float>.width == 9 && SIMD3<Float>.width == 3 && Int.width == 1)
    }
}
