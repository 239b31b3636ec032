import CMultiplyAddPeak
import Rein

/// The multiply-adds of dense layers in one gradient step, and how many the machine can do at most.
enum UpdateCost {
    /// A forward pass of one row through layers of these widths, input first.
    private static func forward(_ widths: [Int]) -> Int {
        zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The gradients of weights and of inputs, without that of the first layer's input.
    private static func backward(_ widths: [Int]) -> Int { 2 * forward(widths) - widths[0] * widths[1] }

    /// One step of plain DQN: the network at the observations, forward and back, and the target network at the next.
    static func dqn(inputs: Int, hidden: [Int], actions: Int, batch: Int) -> Int {
        let network = [inputs] + hidden + [actions]
        return batch * (2 * forward(network) + backward(network))
    }

    /// One step of SAC: actor and target critics at the next observations; critics at the stored actions, forward and
    /// back; actor and critics at fresh actions, back through the critics to the actions and through the actor.
    static func sac(inputs: Int, hidden: [Int], dimensions: Int, batch: Int) -> Int {
        let actor = [inputs] + hidden + [2 * dimensions]
        let critic = [inputs + dimensions] + hidden + [1]
        let critics = 2 * (3 * forward(critic) + backward(critic) + forward(critic))
        return batch * (2 * forward(actor) + backward(actor) + critics)
    }

    /// The multiply-adds a second that this thread gets at this moment, in registers alone: the best of a few short
    /// tries. 0 when the processor has no fused ones.
    static func peak() -> Double {
        var best = 0.0
        for _ in 0..<5 {
            var count: Int64 = 0
            let elapsed = ContinuousClock().measure { count = rein_multiply_adds(1_000_000) }
            best = max(best, Double(count) / (elapsed / .seconds(1)))
        }
        return best
    }
}
