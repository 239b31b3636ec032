import ReinNumerics
import Testing

@Suite("Rows in memory")
struct RowsTests {
    private static let buffer = AlignedBuffer((0..<12).map { Float($0) })

    @Test("A row, and a range of rows, begin where they lie one behind the other")
    func places() {
        let rows = Self.buffer.rows(of: 3)
        #expect(rows.count == 4 && rows.width == 3 && rows.base == UnsafePointer(Self.buffer.pointer))
        #expect((0..<4).map { rows[$0][2] } == [2, 5, 8, 11])
        let last = rows[2..<4]
        #expect(last.count == 2 && last[0][0] == 6 && last[1] == rows[3] && last[1..<2][0] == rows[3])
        #expect(rows[4..<4].count == 0)
        #expect(Array(Self.buffer.elements(in: 4..<6)) == [4, 5])
    }

    @Test("Rows are written where they are, one or several at a time")
    func writing() {
        let buffer = AlignedBuffer<Float>(count: 12)
        let rows = buffer.mutableRows(of: 3)
        rows[1][2] = 7
        rows[2..<4].copy(Self.buffer.rows(of: 3)[0..<2])
        rows.copy(Self.buffer.rows(of: 3)[3], to: 0)
        buffer.mutableElements(in: 3..<5)[1] = 8
        #expect(Array(buffer.elements) == [9, 10, 11, 0, 8, 7, 0, 1, 2, 3, 4, 5])
        #expect(Rows(rows)[3][1] == 4)
    }

    @Test("Rows without elements are as many as anybody asks for")
    func withoutElements() {
        let rows = AlignedBuffer<Bool>(count: 0).mutableRows(of: 0)
        #expect(rows[1 << 40] == rows.base && rows[3..<9].count == 6)
        rows.copy(rows.base, to: 5)
        rows[0..<2].copy(Rows(rows)[4..<6])
    }

    #if DEBUG
    @Test("A row that is not there ends a debug build")
    func checks() async {
        await #expect(processExitsWith: .failure) { _ = AlignedBuffer<Float>(count: 12).rows(of: 3)[4] }
        await #expect(processExitsWith: .failure) { _ = AlignedBuffer<Float>(count: 12).mutableRows(of: 3)[-1] }
        await #expect(processExitsWith: .failure) { _ = AlignedBuffer<Float>(count: 12).rows(of: 3)[1..<4][3] }
        await #expect(processExitsWith: .failure) { _ = AlignedBuffer<Float>(count: 12).mutableRows(of: 3)[2..<5] }
        await #expect(processExitsWith: .failure) { _ = AlignedBuffer<Float>(count: 12).elements(in: 11..<13) }
    }
    #endif
}
