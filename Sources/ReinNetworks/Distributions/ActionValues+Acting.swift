package import ReinNumerics

extension ActionValues: ActingDistribution {
    /// Distributions of values take room for their means, and for what these are computed with.
    package func scratchCount(rows: Int) -> Int { atoms > 1 ? rows * count + 2 * rows * headWidth : 0 }

    /// Writes the most likely actions.
    package func writeModes(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into actions: UnsafeMutablePointer<Float>
    ) {
        let values = values(of: heads, scratch: scratch)
        for row in 0..<heads.count { actions[row] = Float(best(values[row], mask: heads.masks?[row])) }
    }

    /// Draws actions, each row from its own stream.
    package func sample(
        _ heads: ActingHeads, streams: UnsafeMutablePointer<RandomStream>, scratch: UnsafeMutablePointer<Float>,
        into actions: UnsafeMutablePointer<Float>, logDensities: UnsafeMutablePointer<Float>?
    ) {
        let values = values(of: heads, scratch: scratch)
        for row in 0..<heads.count {
            let mask = heads.masks?[row]
            if heads.explorationRate > 0, streams[row].nextDouble() < heads.explorationRate {
                sampleUniformly(mask: mask, using: &streams[row], into: actions + row)
            } else {
                actions[row] = Float(best(values[row], mask: mask))
            }
        }
        logDensities?.update(repeating: 0, count: heads.count)
    }

    /// Draws an action uniformly.
    package func sampleUniformly(
        mask: UnsafePointer<Bool>?, using random: inout RandomStream, into action: UnsafeMutablePointer<Float>
    ) {
        action[0] = Float(ActionMask.uniform(mask: mask, count: count, using: &random))
    }

    /// The number of numbers that a program is shown.
    package var outputCount: Int { count }

    /// Writes the numbers that a program is shown.
    package func writeOutputs(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>
    ) {
        outputs.update(from: values(of: heads, scratch: scratch).base, count: count)
    }

    /// The expected values of all rows, `[rows, count]`: the heads themselves, or computed in the scratch memory.
    private func values(of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>) -> Rows<Float> {
        guard atoms > 1 else { return heads.heads }
        expectedValues(
            rows: heads.count, heads: heads.heads.base, scratch: scratch + heads.count &* count, into: scratch)
        return Rows(scratch, count: heads.count, width: count)
    }
}
