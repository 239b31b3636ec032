import ReinNetworks
import ReinNumerics

/// State-dependent exploration, one observation at a time.
extension Policy {
    /// The mean and the log standard deviation of each action dimension, before any limit on the mean and before
    /// tanh: the policy head, and ½ log v.
    func outputs(
        _ gaussian: StateDependentGaussian, head: UnsafePointer<Float>, features: UnsafePointer<Float>
    ) -> [Float] {
        withVariances(gaussian, features: features, epsilon: StateDependentGaussian.epsilon) { variances in
            Kernels.log(variances, variances, count: gaussian.count)
            return Array(UnsafeBufferPointer(start: head, count: gaussian.count))
                + (0..<gaussian.count).map { 0.5 * variances[$0] }
        }
    }

    /// Replaces a head by an action, drawn with an exploration matrix that is used once.
    func drawAction(
        _ gaussian: StateDependentGaussian, head: UnsafeMutablePointer<Float>, features: UnsafePointer<Float>,
        using random: inout RandomStream
    ) {
        withVariances(gaussian, features: features, epsilon: 0) { noise in
            for index in 0..<gaussian.count { noise[index] = noise[index].squareRoot() * random.nextNormal() }
            gaussian.actions(rows: 1, heads: head, noise: noise, into: head)
        }
    }

    /// Calls `body` with the variances of the action dimensions in one state.
    private func withVariances<Result>(
        _ gaussian: StateDependentGaussian, features: UnsafePointer<Float>, epsilon: Float,
        _ body: (UnsafeMutablePointer<Float>) -> Result
    ) -> Result {
        let capacity = gaussian.matrixCount + gaussian.featureCount + gaussian.count
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: capacity) { memory in
            guard let memory = memory.baseAddress else { preconditionFailure("no scratch memory") }
            let squares = memory + gaussian.matrixCount
            let variances = squares + gaussian.featureCount
            network.parameters.withUnsafeBufferPointer { parameters in
                guard let parameters = parameters.baseAddress else { return }
                gaussian.weightVariances(parameters + network.logDeviationRange.lowerBound, into: memory)
            }
            gaussian.variances(
                rows: 1, features: features, weightVariances: memory, squares: squares, into: variances,
                epsilon: epsilon)
            return body(variances)
        }
    }
}
