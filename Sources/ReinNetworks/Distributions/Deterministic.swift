package import ReinNumerics

/// Actions that are a function of the observation alone, tanh of the policy head, as those of DDPG and TD3 are (Lillicrap
/// et al. 2016, arXiv 1509.02971; Fujimoto et al. 2018, arXiv 1802.09477). Actions lie in [−1, 1].
///
/// There is no density and nothing to draw: an action that is drawn is the most likely one. The noise that such policies
/// are trained with belongs to their learners.
public struct Deterministic: Sendable, Hashable {
    /// The number of dimensions.
    public let count: Int

    /// Describes actions of `count` dimensions.
    public init(count: Int) {
        precondition(count > 0, "actions need dimensions")
        self.count = count
    }
}

extension Deterministic: ActingDistribution {
    /// The floats of scratch memory that acting on rows takes.
    package func scratchCount(rows: Int) -> Int { 0 }

    /// Writes the most likely actions.
    package func writeModes(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into actions: UnsafeMutablePointer<Float>
    ) {
        Kernels.tanh(heads.heads.base, actions, count: heads.count &* count)
    }

    /// Draws actions, each row from its own stream.
    package func sample(
        _ heads: ActingHeads, streams: UnsafeMutablePointer<RandomStream>, scratch: UnsafeMutablePointer<Float>,
        into actions: UnsafeMutablePointer<Float>, logDensities: UnsafeMutablePointer<Float>?
    ) {
        writeModes(of: heads, scratch: scratch, into: actions)
        logDensities?.update(repeating: 0, count: heads.count)
    }

    /// Draws an action uniformly.
    package func sampleUniformly(
        mask: UnsafePointer<Bool>?, using random: inout RandomStream, into action: UnsafeMutablePointer<Float>
    ) {
        fillUniformly(action, count: count, using: &random)
    }

    /// The number of numbers that a program is shown.
    package var outputCount: Int { count }

    /// Writes the numbers that a program is shown.
    package func writeOutputs(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>
    ) {
        outputs.update(from: heads.heads.base, count: count)
    }
}
