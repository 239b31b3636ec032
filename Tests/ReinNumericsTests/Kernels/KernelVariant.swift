import CReinKernels
import Testing

/// One compiled variant of the kernels that this processor can run.
struct KernelVariant: Sendable, CustomTestStringConvertible {
    let code: Int32

    static let portable = KernelVariant(code: Int32(REIN_KERNELS_PORTABLE))
    static let available = [REIN_KERNELS_PORTABLE, REIN_KERNELS_AVX2, REIN_KERNELS_AVX512]
        .map { KernelVariant(code: Int32($0)) }.filter { rein_kernels_table($0.code) != nil }
    /// The variants whose results must be equal bit for bit.
    static var fused: [KernelVariant] { available.filter { $0.code != portable.code } }

    var functions: rein_kernel_table {
        guard let table = rein_kernels_table(code) else { preconditionFailure("this processor lacks \(code)") }
        return table.pointee
    }

    var testDescription: String { String(cString: functions.name) }
}

/// Lengths around every boundary of vectors, tiles and unrolled loops.
let awkwardLengths = [0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65]

/// Exactly `count` floats with marks before and after that show a stray write.
final class GuardedFloats {
    static let margin = 32
    static let mark: Float = -12345.678
    let count: Int
    private let storage: UnsafeMutablePointer<Float>

    /// Floats spread over -1...1 by a fixed rule, or all `value`.
    init(_ count: Int, seed: UInt32 = 1, value: Float? = nil) {
        self.count = count
        storage = .allocate(capacity: count + 2 * Self.margin)
        storage.initialize(repeating: Self.mark, count: count + 2 * Self.margin)
        var word = seed &* 2_654_435_761 | 1
        for index in 0..<count {
            word = word &* 1_664_525 &+ 1_013_904_223
            pointer[index] = value ?? Float(Int32(bitPattern: word) >> 8) / 8_388_608
        }
    }

    deinit { storage.deallocate() }

    var pointer: UnsafeMutablePointer<Float> { storage + Self.margin }
    var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
    var bits: [UInt32] { values.map(\.bitPattern) }
    var isIntact: Bool {
        (0..<Self.margin).allSatisfy { storage[$0] == Self.mark && pointer[count + $0] == Self.mark }
    }
}

/// Whether two lists of floats agree within 1e-5, absolutely below one and relatively above.
func agree(_ first: [Float], _ second: [Float], within tolerance: Float = 1e-5) -> Bool {
    first.count == second.count
        && zip(first, second).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($0), abs($1)) }
}
