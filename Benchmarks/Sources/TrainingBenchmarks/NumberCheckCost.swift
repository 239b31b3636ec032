import Rein
import ReinNumerics

/// What it costs to look at every number that comes from an environment, beside the training that they come in for.
enum NumberCheckCost {
    /// Times training and the looking in turns, in one process, and prints the share: the median and the range of nine
    /// pairs of stretches. The looking is that of every step, at the rewards and observations of all environments, and at
    /// one last observation of an episode, of which there are fewer.
    static func share(environments: Int, steps: Int, epochs: Int, minibatch: Int) throws {
        let configuration = PPO.Configuration(seed: 1).with {
            $0.environmentCount = environments
            $0.rolloutLength = steps
            $0.epochs = epochs
            $0.minibatchSize = minibatch
        }
        let algorithm = try PPO(environment: CartPole.self, configuration: configuration)
        for _ in 0..<3 { _ = try algorithm.train() }
        let width = CartPole().observationSpace.count
        let observations = AlignedBuffer<Float>(count: environments * width)
        let rewards = AlignedBuffer<Double>(count: environments)
        var found = 0
        var shares: [Double] = []
        var nanoseconds = Double.infinity
        for _ in 0..<9 {
            var seconds = 0.0
            var done = 0
            while seconds < 0.5 {
                seconds += try algorithm.train().seconds
                done += steps
            }
            let looks = 200_000
            let start = ContinuousClock.now
            for look in 0..<looks {
                // Another number each time, so that no look can be left out.
                observations.pointer[look % observations.count] = Float(look)
                rewards.pointer[look % environments] = Double(look)
                found += Kernels.firstBeyondFloats(rewards.pointer, count: environments) == nil ? 0 : 1
                found += Kernels.firstNotFinite(observations.pointer, count: width) == nil ? 0 : 1
                found += Kernels.firstNotFinite(observations.pointer, count: observations.count) == nil ? 0 : 1
            }
            let look = (ContinuousClock.now - start) / Double(looks) / .seconds(1)
            nanoseconds = min(nanoseconds, 1e9 * look)
            shares.append(100 * look / (seconds / Double(done)))
        }
        precondition(found == 0, "numbers are finite")
        shares.sort()
        func percent(_ share: Double) -> String { "\((1000 * share).rounded() / 1000)" }
        print(
            "PPO CartPole, \(environments) x \(steps), \(epochs) epochs, minibatch \(minibatch): looking at the numbers "
                + "of a step takes \(nanoseconds.rounded()) ns at best, \(percent(shares[4])) % of training "
                + "[\(percent(shares[0]))..\(percent(shares[8]))]")
    }
}
