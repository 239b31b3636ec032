#if Serving
import ReinNumerics
import ReinPolicies
import ReinSpaces

extension InferenceResults {
    /// The tensors of a response, in the order in which they were asked for.
    ///
    /// - Parameters:
    ///   - request: what was asked; its states are those that follow.
    ///   - policy: who has acted.
    func tensors(for request: PreparedInference, of policy: Policy) -> [InferenceTensor] {
        request.wanted.map { wanted in
            switch wanted {
            case .action:
                InferenceTensor(
                    name: "action", datatype: policy.actionSpace.isDiscrete ? .int64 : .fp32,
                    shape: [request.rows] + policy.actionShape, bytes: actions)
            case .output:
                InferenceTensor(
                    name: "output", datatype: .fp32, shape: [request.rows, policy.outputCount],
                    bytes: Self.bytes(of: outputs, rows: request.rows, width: policy.outputCount, part: 0, of: 1))
            case .state(let index):
                InferenceTensor(
                    name: "state_out_\(index)", datatype: .fp32,
                    shape: [request.rows, policy.stateWidth / policy.stateCount],
                    bytes: Self.bytes(
                        of: request.states, rows: request.rows, width: policy.stateWidth, part: index,
                        of: policy.stateCount))
            }
        }
    }

    /// The bytes of one of several parts of each row.
    private static func bytes(
        of buffer: AlignedBuffer<Float>?, rows: Int, width: Int, part: Int, of parts: Int
    ) -> AlignedBuffer<UInt8> {
        let count = width / parts
        let bytes = AlignedBuffer<UInt8>(count: rows * count * MemoryLayout<Float>.stride)
        guard let buffer else { return bytes }
        let target = UnsafeMutableRawPointer(bytes.pointer).assumingMemoryBound(to: Float.self)
        for row in 0..<rows {
            (target + row * count).update(from: buffer.pointer + row * width + part * count, count: count)
        }
        return bytes
    }
}

extension Policy {
    /// The lengths of an action: none for a discrete one.
    var actionShape: [Int] {
        switch actionSpace {
        case .discrete: []
        case .multiDiscrete(let space): [space.counts.count]
        case .box(let box): box.shape
        }
    }
}
#endif
