import ReinNumerics
import Testing

@Suite("Aligned buffers")
struct AlignedBufferTests {
    @Test("A buffer starts on a 64-byte boundary and holds zeros", arguments: [0, 1, 15, 16, 1_000])
    func fresh(count: Int) {
        let buffer = AlignedBuffer<Float>(count: count)
        #expect(UInt(bitPattern: buffer.pointer) % 64 == 0)
        #expect(buffer.count == count && buffer.elements.count == count)
        #expect(buffer.elements.allSatisfy { $0 == 0 })
    }

    @Test("Elements are written, copied and cleared")
    func contents() {
        let buffer = AlignedBuffer([1, 2, 3] as [Double])
        buffer[1] = 7
        let copy = AlignedBuffer<Double>(count: 3)
        copy.copy(from: buffer)
        buffer.clear()
        #expect(Array(copy.elements) == [1, 7, 3] && Array(buffer.mutableElements) == [0, 0, 0])
    }
}
