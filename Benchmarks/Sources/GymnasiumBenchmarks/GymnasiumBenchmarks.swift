import Rein
import ReinGymnasium

/// What environments of Python cost through the bridge.
///
///     REIN_PYTHON=... swift run -c release GymnasiumBenchmarks stepping HalfCheetah-v5 [WORKERS] [SECONDS] [THREADS] \
///         [ENVIRONMENTS]
///     REIN_PYTHON=... swift run -c release GymnasiumBenchmarks training HalfCheetah-v5 [WORKERS] [THREADS] [SECONDS] \
///         [ENVIRONMENTS]
///
/// `stepping` takes random actions; `training` trains PPO (2x64, 2,048 steps an iteration, 10 epochs, minibatches of 64)
/// and also says which part of the time is learning. Both have 8 environments and one thread unless told otherwise. Each
/// prints one line of JSON, for `Benchmarks/gymnasium`, which lets them alternate with the peers.
@main
struct GymnasiumBenchmarks {
    static func main() throws {
        EnvironmentRegistry.register(GymnasiumProvider())
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2 else {
            print(
                "usage: GymnasiumBenchmarks stepping ENVIRONMENT [WORKERS] [SECONDS] [THREADS] [ENVIRONMENTS]\n"
                    + "       GymnasiumBenchmarks training ENVIRONMENT [WORKERS] [THREADS] [SECONDS] [ENVIRONMENTS]")
            return
        }
        func number(_ index: Int, _ fallback: Int) -> Int {
            arguments.count > index ? Int(arguments[index]) ?? fallback : fallback
        }
        switch arguments[0] {
        case "stepping":
            try Stepping.run(
                arguments[1], workers: number(2, 2), seconds: number(3, 3), threads: number(4, 1),
                environments: number(5, 8))
        case "training":
            try Training.run(
                arguments[1], workers: number(2, 2), threads: number(3, 1), seconds: number(4, 10),
                environments: number(5, 8))
        default: print("neither stepping nor training")
        }
    }
}
