import Testing

@testable import Rein

@Suite("Settings of other libraries")
struct SettingOfOthersTests {
    private static let defaults = [PPO.Configuration().tree, DQN.Configuration().tree, SAC.Configuration().tree]
    private static let keys = defaults.map { Set(ConfigurationKeys(of: $0).names) }

    @Test(
        "Every setting in the table stands for keys that there are, and no name stands for two",
        arguments: SettingOfOthers.all)
    func table(_ setting: SettingOfOthers) {
        #expect(!setting.names.isEmpty)
        for key in setting.keys { #expect(Self.keys.contains { $0.contains(key) }, "\(key)") }
        for name in setting.names { #expect(SettingOfOthers.named(name)?.keys == setting.keys, "\(name)") }
    }

    @Test("Every value that is one of a few names is answered with them when it is another")
    func enumerations() throws {
        func check<Configuration: AlgorithmConfiguration>(_: Configuration.Type) throws -> Int {
            var found = 0
            for name in ConfigurationKeys(of: Configuration().tree).names {
                var tree = StateTree.map(StateMap())
                try ConfigurationAssignment(parsing: "\(name)=nonsense").apply(to: &tree)
                let error = try #require(throws: ConfigurationError.self) { try Configuration(overlaying: tree) }
                #expect(error.key == name)
                #expect(!error.problem.contains("Cannot initialize"), "\(error)")
                if error.problem.contains("allowed are") { found += 1 }
            }
            return found
        }
        #expect(try check(PPO.Configuration.self) >= 5)
        #expect(try check(DQN.Configuration.self) >= 2)
        #expect(try check(SAC.Configuration.self) >= 1)
    }
}
