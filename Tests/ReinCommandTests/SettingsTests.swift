import Rein
import ReinTestSupport
import Testing

@Suite("The command settings")
struct SettingsTests {
    @Test("Every setting of every method is listed with type, default, range, effect and sentence")
    func document() throws {
        let output = try Scratch().done(["settings", "--json"]).output
        let methods = try StateReader(JSON.parse(output)).list()
        #expect(try methods.map { try $0.string("algorithm") } == ["PPO", "DQN", "SAC"])
        for (method, settings) in zip(
            methods, [PPO.Configuration.settings, DQN.Configuration.settings, SAC.Configuration.settings])
        {
            let listed = try method.list("settings")
            #expect(listed.count == settings.count)
            for (entry, setting) in zip(listed, settings) {
                #expect(try entry.string("key") == setting.key)
                #expect(try entry.string("type") == setting.type.name)
                #expect(try entry.child("allowsNull").bool() == setting.type.allowsNull)
                #expect(try entry.child("default").tree == setting.defaultValue)
                #expect(try entry.string("range") == setting.range.description)
                #expect(try entry.string("effect") == setting.effect.rawValue)
                #expect(try entry.string("summary") == setting.summary)
            }
        }
    }

    @Test("A method's table has a row and a sentence for each key, and its name may be in capitals")
    func table() throws {
        let scratch = try Scratch()
        let lines = try scratch.done(["settings", "SAC"]).output.split(separator: "\n")
        let settings = SAC.Configuration.settings
        #expect(lines.count == 1 + 2 * settings.count)
        #expect(lines.first?.hasPrefix("SAC ") == true)
        for (index, setting) in settings.enumerated() {
            #expect(lines[1 + 2 * index].hasPrefix(setting.key + " "))
            #expect(lines[2 + 2 * index] == "    " + setting.summary)
        }
        let initial = try #require(lines.first { $0.hasPrefix("environmentCount ") })
        #expect(
            initial.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
                == "environmentCount integer 1 1 to 65536 with new environments")
    }

    @Test("Help on training names the methods, and where their settings are")
    func help() throws {
        let scratch = try Scratch()
        let words = try scratch.done(["help", "train"]).output.split { $0.isWhitespace }.joined(separator: " ")
        #expect(words.contains("The methods are ppo, dqn, sac; rein settings ALGORITHM lists what can be set"))
    }

    @Test("Completion scripts know the methods", arguments: ["bash", "zsh", "fish"])
    func completions(_ shell: String) throws {
        let script = try Scratch().done(["--generate-completion-script", shell]).output
        let part = try #require(script.firstRange(of: "settings"))
        #expect(script[part.upperBound...].contains("ppo"))
    }
}
