import ReinNumerics

extension [Float] {
    /// Moves a target network's parameters towards those it follows, in place: `target += rate * (parameter - target)`.
    mutating func blend(towards parameters: [Float], rate: Float) {
        update(from: parameters) { Kernels.blend($0, towards: $1, rate: rate, count: $2) }
    }

    /// The same, but at a rate of 1 they are equal to the bit.
    mutating func follow(_ parameters: [Float], rate: Float) {
        guard rate == 1 else { return blend(towards: parameters, rate: rate) }
        update(from: parameters) { $0.update(from: $1, count: $2) }
    }

    private mutating func update(
        from parameters: [Float], _ body: (UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int) -> Void
    ) {
        precondition(count == parameters.count, "\(parameters.count) parameters for a target of \(count)")
        let count = count
        withUnsafeMutableBufferPointer { target in
            parameters.withUnsafeBufferPointer { parameters in
                guard let target = target.baseAddress, let parameters = parameters.baseAddress else { return }
                body(target, parameters, count)
            }
        }
    }
}
