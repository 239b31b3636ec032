import ReinTestSupport
import Testing

/// Set the environment variables `REIN_PYTHON` and `REIN_VERSION1_PYTHON` to Python interpreters with stable_baselines3 and
/// sb3_contrib of versions 2.x and 1.x to run these.
@Suite("Stable-Baselines3 makes agents, and Rein opens them")
struct StableBaselines3PythonTests {
    static let interpreter = PythonInterpreter(variable: "REIN_PYTHON")
    static let version1 = PythonInterpreter(variable: "REIN_VERSION1_PYTHON")

    @Test(
        "Agents fresh from Stable-Baselines3 act in Rein as they do there",
        .enabled(
            if: interpreter?.has("sb3_contrib") == true,
            "REIN_PYTHON names no Python interpreter with stable_baselines3 and sb3_contrib"))
    func fresh() throws {
        try Self.check(try #require(Self.interpreter), agents: 31, normalizations: 5)
    }

    @Test(
        "So do those fresh from version 1",
        .enabled(
            if: version1?.has("stable_baselines3") == true,
            "REIN_VERSION1_PYTHON names no Python interpreter with stable_baselines3"))
    func freshFromVersion1() throws {
        try Self.check(try #require(Self.version1), agents: 8, normalizations: 3)
    }

    private static func check(_ python: PythonInterpreter, agents: Int, normalizations: Int) throws {
        try withTemporaryDirectory { directory in
            let seed = String(UInt32.random(in: 1...1000))
            let status = python.run(script: "make_stable_baselines3_fixtures.py", [directory, seed])
            try #require(status == 0, "seed \(seed)")
            let recorded = try RecordedAgents(directory: directory)
            try recorded.checkAgents(count: agents)
            try recorded.checkNormalizations(count: normalizations)
        }
    }
}
