import ReinCheckpoints
import ReinTune

/// What a step takes that does nothing, in microseconds.
enum Steps {
    private struct Empty: StatefulTrainable {
        init(configuration: StateMap, context: TrainableContext) {}
        func step() -> StepResult { StepResult(["loss": 0.5], timestepsThisIteration: 1, episodesThisIteration: 1) }
        var state: StateMap { ["a": 1] }
        func load(_ state: StateReader) {}
    }

    static func measure() async throws {
        print("| what | µs a step |")
        print("| --- | ---: |")
        let configuration: StateMap = ["learningRate": 1e-3, "layers": [64, 64], "seed": 7]
        try await row("train() of a type", TrainableDriver(Empty.self, configuration: configuration))
        let function = TrainableDefinition(named: "empty") { _, session in
            while true {
                try await session.report(
                    StepResult(["loss": 0.5], timestepsThisIteration: 1, episodesThisIteration: 1))
            }
        }
        try await row("train() of a function: report", TrainableDriver(function, configuration: configuration))
    }

    private static func row(_ name: String, _ driver: TrainableDriver) async throws {
        let count = 20_000
        var samples: [Double] = []
        for _ in 0..<10 {
            let start = ContinuousClock.now
            for _ in 0..<count { _ = try await driver.train() }
            samples.append((ContinuousClock.now - start) / .microseconds(1) / Double(count))
        }
        // The first run warms up.
        print("| \(name) | \(TrainableBenchmarks.text(Array(samples.dropFirst()))) |")
        try await driver.stop()
    }
}
