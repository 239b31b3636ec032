import Rein
import ReinGymnasium

/// PPO with the settings that the peers get.
enum Training {
    static func run(_ id: String, workers: Int, threads: Int, seconds: Int, environments: Int) throws {
        let algorithm = try PPO(
            environment: .gymnasium(id, workers: workers),
            configuration: PPO.Configuration(seed: 1).with {
                $0.environmentCount = environments
                $0.rolloutLength = 2048 / environments
                $0.epochs = 10
                $0.minibatchSize = 64
                $0.learningRate = 3e-4
            }, threads: threads)
        // The first iteration starts the processes.
        _ = try algorithm.train()
        let clock = ContinuousClock()
        let start = clock.now
        let before = algorithm.counters.environmentSteps
        var (sampling, learning) = (0.0, 0.0)
        while clock.now - start < .seconds(seconds) {
            let result = try algorithm.train()
            sampling += result.samplingSeconds
            learning += result.learningSeconds
        }
        let elapsed = (clock.now - start) / .seconds(1)
        let rate = Double(algorithm.counters.environmentSteps - before) / elapsed
        print(
            "{\"stepsPerSecond\": \(rate), \"learningShare\": \(learning / (sampling + learning)), "
                + "\"workers\": \(workers), \"threads\": \(threads)}")
    }
}
