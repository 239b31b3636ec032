import ReinTestSupport
import Testing

/// Set the environment variable `REIN_PYTHON` to a Python interpreter with stable_baselines3 to run this.
@Suite("Stable-Baselines3 makes agents, and Rein opens them")
struct StableBaselines3PythonTests {
    static let interpreter = PythonInterpreter(variable: "REIN_PYTHON")

    @Test(
        "Agents fresh from Stable-Baselines3 act in Rein as they do there",
        .enabled(
            if: interpreter?.has("stable_baselines3") == true,
            "REIN_PYTHON names no Python interpreter with stable_baselines3"))
    func fresh() throws {
        let python = try #require(Self.interpreter)
        try withTemporaryDirectory { directory in
            let seed = String(UInt32.random(in: 1...1000))
            let status = python.run(script: "make_stable_baselines3_fixtures.py", [directory, seed])
            try #require(status == 0, "seed \(seed)")
            let recorded = try RecordedAgents(directory: directory)
            try recorded.checkAgents(count: 15)
            try recorded.checkNormalizations()
        }
    }
}
