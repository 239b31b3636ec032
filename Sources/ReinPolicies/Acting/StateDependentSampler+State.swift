package import ReinCheckpoints
import ReinNetworks
import ReinNumerics

extension StateDependentSampler {
    /// The exploration matrices, `[rows, featureCount, count]`.
    package var state: StateTree {
        let count = distribution.matrixCount
        return .tensor(
            StateTensor(
                matrices.elements, shape: [matrices.count / count, distribution.featureCount, distribution.count]))
    }

    /// Takes over exploration matrices.
    ///
    /// - Parameter logDeviations: log σ, `[featureCount, count]`, of the policy that they were drawn for.
    /// - Throws: `StateError` when they are of another shape, or a number is not finite.
    package func restore(from reader: StateReader, logDeviations: [Float]) throws(StateError) {
        let count = distribution.matrixCount
        let values = try reader.floats(
            shape: [matrices.count / count, distribution.featureCount, distribution.count])
        guard values.allSatisfy(\.isFinite) else { throw reader.error(.outOfRange, "a number is not finite") }
        for (index, value) in values.enumerated() { matrices.pointer[index] = value }
        distribution.weightVariances(logDeviations, into: weightVariances.pointer)
    }
}
