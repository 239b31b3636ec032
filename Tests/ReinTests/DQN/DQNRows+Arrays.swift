@testable import Rein

extension DQNRows {
    /// Calls a loss with columns in arrays.
    ///
    /// - Returns: the gradient at the heads, the errors and the sums.
    static func evaluate(
        heads: [Float], actions: [Float], targets: [Float], weights: [Float],
        _ loss: (DQNRows, inout DQNSums) -> Void
    ) -> (gradient: [Float], errors: [Float], sums: DQNSums) {
        let rows = actions.count
        let columns = [heads, actions, targets, weights].map { AlignedBuffer($0) }
        let gradient = AlignedBuffer([Float](repeating: .nan, count: heads.count))
        let errors = AlignedBuffer([Float](repeating: .nan, count: rows))
        var sums = DQNSums()
        withExtendedLifetime((columns, gradient, errors)) {
            loss(
                DQNRows(
                    heads: columns[0].rows(of: heads.count / rows), actions: columns[1].elements,
                    targets: columns[2].rows(of: targets.count / rows), weights: columns[3].elements,
                    gradient: gradient.mutableRows(of: heads.count / rows), errors: errors.mutableElements),
                &sums)
        }
        return (Array(gradient.elements), Array(errors.elements), sums)
    }
}
