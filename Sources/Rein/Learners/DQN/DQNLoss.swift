import ReinNetworks
import ReinNumerics

/// Targets and losses of action values, row by row, with their gradients at the head.
struct DQNLoss: Sendable {
    let values: ActionValues
    let loss: ErrorLoss
    /// What every row's loss is multiplied by: 1 over the number of rows of the batch.
    let scale: Float

    /// The targets of plain values: reward + discount · Q_target(next, action).
    func plainTargets(_ next: DQNTargetRows) {
        for row in 0..<next.count {
            next.targets[row][0] =
                next.rewards[row] + next.discounts[row] * next.heads[row][Int(next.actions[row])]
        }
    }

    /// The loss of plain values and its gradient.
    func plain(_ samples: DQNRows, sums: inout DQNSums) {
        samples.gradient.base.update(repeating: 0, count: samples.count * values.count)
        for row in 0..<samples.count {
            let action = Int(samples.actions[row])
            let value = samples.heads[row][action]
            let error = value - samples.targets[row][0]
            let (loss, slope) = self.loss.evaluate(error)
            samples.errors[row] = error
            sums.loss += Double(samples.weights[row] * loss)
            sums.value += Double(value)
            sums.error += Double(abs(error))
            samples.gradient[row][action] = samples.weights[row] * scale * slope
        }
    }

    /// The target distributions of distributional values: the next distribution, moved by reward and discount and
    /// projected back onto the atoms.
    ///
    /// - Parameter scratch: `2 * rows * headWidth` floats.
    func distributionalTargets(_ next: DQNTargetRows, scratch: UnsafeMutablePointer<Float>) {
        let probabilities = probabilities(of: next.heads, rows: next.count, scratch: scratch)
        let projection = CategoricalProjection(values)
        for row in 0..<next.count {
            projection.project(
                probabilities[row * values.count + Int(next.actions[row])], reward: next.rewards[row],
                discount: next.discounts[row], into: next.targets[row])
        }
    }

    /// The cross entropy of distributional values and its gradient.
    ///
    /// - Parameter scratch: `2 * rows * headWidth` floats.
    func distributional(_ samples: DQNRows, scratch: UnsafeMutablePointer<Float>, sums: inout DQNSums) {
        let (rows, atoms) = (samples.count, values.atoms)
        let probabilities = probabilities(of: samples.heads, rows: rows, scratch: scratch)
        let logProbabilities = Rows(UnsafePointer(scratch), count: rows * values.count, width: atoms)
        let gradients = MutableRows(samples.gradient.base, count: rows * values.count, width: atoms)
        samples.gradient.base.update(repeating: 0, count: rows * values.headWidth)
        for row in 0..<rows {
            let distribution = row * values.count + Int(samples.actions[row])
            let (logP, p) = (logProbabilities[distribution], probabilities[distribution])
            let (target, gradient) = (samples.targets[row], gradients[distribution])
            var entropy: Float = 0
            var mean: Float = 0
            for atom in 0..<atoms {
                entropy -= target[atom] * logP[atom]
                mean += p[atom] * values.support(atom)
                gradient[atom] = samples.weights[row] * scale * (p[atom] - target[atom])
            }
            samples.errors[row] = entropy
            sums.loss += Double(samples.weights[row] * entropy)
            sums.value += Double(mean)
            sums.error += Double(entropy)
        }
    }

    /// The distributions over atoms of all actions, one behind the other, `[rows * count, atoms]`, behind their
    /// logarithms in the scratch.
    private func probabilities(
        of heads: Rows<Float>, rows: Int, scratch: UnsafeMutablePointer<Float>
    ) -> Rows<Float> {
        let halves = MutableRows(scratch, count: 2, width: rows * values.headWidth)
        Kernels.logSoftmax(
            heads.base, logProbabilities: halves[0], probabilities: halves[1], rows: rows * values.count,
            columns: values.atoms)
        return Rows(UnsafePointer(halves[1]), count: rows * values.count, width: values.atoms)
    }
}
