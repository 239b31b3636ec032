#if Serving
import ReinNumerics
import ReinPolicies
import ReinSpaces

/// What acting on a request gives, in the memory of its response.
final class InferenceResults: Sendable {
    /// The actions as the response has them: `[rows]` or `[rows, components]` whole numbers, or `[rows, elements]` of single
    /// precision.
    let actions: AlignedBuffer<UInt8>
    /// What a program is shown, `[rows, output count]`.
    let outputs: AlignedBuffer<Float>
    private let width: Int
    /// What is added to indices of actions; nil for continuous ones.
    private let start: Int64?

    /// Makes room.
    init(_ policy: Policy, rows: Int) {
        width = policy.actionSpace.width
        switch policy.actionSpace {
        case .discrete(let space): start = Int64(space.start)
        case .multiDiscrete: start = 0
        case .box: start = nil
        }
        let size = start == nil ? MemoryLayout<Float>.stride : MemoryLayout<Int64>.stride
        actions = AlignedBuffer(count: rows * width * size)
        outputs = AlignedBuffer(count: rows * policy.outputCount)
    }

    /// The actions, `[rows, elements]`; nil when they are whole numbers.
    var numbers: UnsafeBufferPointer<Float>? {
        guard start == nil else { return nil }
        return UnsafeBufferPointer(
            start: UnsafeRawPointer(actions.pointer).assumingMemoryBound(to: Float.self),
            count: actions.count / MemoryLayout<Float>.stride)
    }

    /// Takes over the actions of some rows, `[rows, width]`.
    func write(_ source: UnsafePointer<Float>, rows: Range<Int>) {
        let (first, count) = (rows.lowerBound * width, rows.count * width)
        let memory = UnsafeMutableRawPointer(actions.pointer)
        guard let start else {
            memory.assumingMemoryBound(to: Float.self).advanced(by: first).update(from: source, count: count)
            return
        }
        let numbers = memory.assumingMemoryBound(to: Int64.self) + first
        for index in 0..<count { numbers[index] = Int64(source[index]) &+ start }
    }
}
#endif
