#if Serving
import ArgumentParser
import Logging
import ReinCheckpoints
import ReinServing
import Testing

@testable import ReinServe

@Suite("Settings of rein-serve")
struct SettingsTests {
    /// The settings that a tree of a file says.
    private func read(_ text: String) throws -> ServeSettings {
        var settings = ServeSettings()
        try settings.read(StateReader(JSON.parse(text), path: "serve.json"))
        return settings
    }

    private func problem(_ text: String) -> String {
        do {
            _ = try read(text)
            return "none"
        } catch { return "\(error)" }
    }

    private func problem(ofOption name: String, _ text: String) -> String {
        do {
            var settings = ServeSettings()
            try settings.read(options: [(name, [text])])
            return "none"
        } catch { return "\(error)" }
    }

    @Test("A file says what options do")
    func file() throws {
        let settings = try read(
            """
            {"checkpoints": ["runs/a", "runs/b"], "as": "best=runs/old:red", "http": "[::1]:9000", "metrics": "none",
             "versions": 3, "preload": ["red*"], "memory": 64, "allow-space-change": true, "poll": "250ms",
             "connections": 5, "body-timeout": 2, "idle-timeout": 2.5, "grace": "1min", "threads": 4, "max-rows": 7,
             "sequences": 0, "sequence-idle": "1h", "sequence-swap": "restart", "log-level": "debug",
             "log-format": "text", "access-log": true, "token-file": "secret", "policy": "red*,blue"}
            """)
        #expect(settings.checkpoints == ["runs/a", "runs/b"] && settings.named == ["best=runs/old:red"])
        #expect(settings.http == ListenAddress(host: "::1", port: 9000) && settings.metrics == nil)
        #expect(settings.versions == 3 && settings.preload == ["red*"] && settings.memory == 64)
        #expect(settings.allowsSpaceChange && settings.poll == .milliseconds(250) && settings.connections == 5)
        #expect(settings.bodyTimeout == .seconds(2) && settings.idleTimeout == .milliseconds(2500))
        #expect(settings.grace == .seconds(60) && settings.threads == 4 && settings.limits.rows == 7)
        #expect(settings.limits.sequences == 0 && settings.limits.sequenceIdle == .seconds(3600))
        #expect(settings.limits.sequenceSwap == .restart && settings.logLevel == .debug)
        #expect(settings.logFormat == .text && settings.logsAccesses && settings.tokenFile == "secret")
        #expect(settings.policy != nil)
    }

    @Test(
        "What is wrong in a file is said with the file and the key",
        arguments: [
            (#"{"thread": 2}"#, "serve.json/thread: there is no such key; did you mean \"threads\"? Known keys: "),
            (#"{"sequenceidle": 2}"#, "serve.json/sequenceidle: there is no such key; did you mean \"sequence-idle\"?"),
            (#"{"threads": 0}"#, "serve.json/threads: expected 1 to 1024, found 0"),
            (#"{"threads": "2"}"#, #"serve.json/threads: expected a whole number, found "2""#),
            (#"{"threads": 2.0}"#, "serve.json/threads: expected a whole number, found 2.0"),
            (#"{"poll": "1ms"}"#, "serve.json/poll: expected 10ms to 24h, found 1ms"),
            (#"{"poll": -1}"#, "serve.json/poll: expected a number with us, ms, s, min or h behind it, or of seconds"),
            (#"{"http": "localhost"}"#, "serve.json/http: expected host:port, as 127.0.0.1:8000, found \"localhost\""),
            (#"{"sequence-swap": "drop"}"#, #"serve.json/sequence-swap: expected "pin" or "restart", found "drop""#),
            (#"{"checkpoints": [1]}"#, "serve.json/checkpoints: expected a text that is not empty, or a list of such"),
            (#"{"access-log": 1}"#, "serve.json/access-log: expected true or false, found 1"),
            (#"{"memory": null}"#, "serve.json/memory: expected a whole number, found null"),
            (#"{"token": "s3cret"}"#, "serve.json/token: a settings file holds no secrets; name a file with the token"),
            ("[]", "serve.json: expected map"),
        ])
    func refused(text: String, message: String) {
        let problem = problem(text)
        #expect(problem.hasPrefix(message), "\(problem)")
        #expect(!problem.contains("s3cret"))
    }

    @Test("Options follow the same rules, and say which one is wrong")
    func options() {
        #expect(problem(ofOption: "threads", "0") == "--threads: expected 1 to 1024, found 0")
        #expect(problem(ofOption: "threads", "x") == "--threads: expected a whole number, found \"x\"")
        #expect(problem(ofOption: "versions", "0") == "--versions: expected at least 1, found 0")
        #expect(problem(ofOption: "grace", "0s") == "--grace: expected 10ms to 24h, found 0s")
        #expect(problem(ofOption: "metrics", "8002").hasPrefix("--metrics: expected host:port, as 127.0.0.1:8002"))
        #expect(problem(ofOption: "metrics", "none") == "none")
    }

    @Test("Options count more than the file")
    func precedence() throws {
        var settings = try read(#"{"checkpoints": ["a"], "threads": 4, "access-log": true, "as": ["x=y"]}"#)
        let command = try ServeCommand.parse(["b", "c", "--threads", "2", "--no-access-log", "--poll", "2s"])
        try settings.read(options: command.given)
        #expect(settings.checkpoints == ["b", "c"] && settings.threads == 2 && !settings.logsAccesses)
        #expect(settings.named == ["x=y"] && settings.poll == .seconds(2))
    }

    @Test("Every setting has an option, and every option a setting")
    func complete() throws {
        let command = try ServeCommand.parse(["a"])
        #expect(command.given.map(\.name) == ServeSettings.keys.map(\.name))
        let help = ServeCommand.helpMessage(columns: 200)
        for key in ServeSettings.keys where key.name != "checkpoints" {
            #expect(help.contains("--\(key.name)"), "\(key.name)")
        }
    }

    @Test("What is wrong on the command line is said before anything is read")
    func commandLine() {
        for (arguments, message) in [
            ([], "what is to be served?"), (["a", "--threads", "0"], "--threads: expected 1 to 1024, found 0"),
            (["a", "--thread", "1"], "Unknown option '--thread'"),
            (["a", "--sequence-idle", "0us"], "--sequence-idle: expected 1ms to 8760h, found 0s"),
        ] {
            #expect {
                _ = try ServeCommand.parse(arguments)
            } throws: { ServeCommand.message(for: $0).contains(message) }
        }
    }

    @Test(
        "Times have units",
        arguments: [
            ("0us", Duration.zero), ("1.5ms", .microseconds(1500)), ("10", .seconds(10)), ("0.25", .milliseconds(250)),
            ("60s", .seconds(60)), ("2min", .seconds(120)), ("1h", .seconds(3600)), ("250us", .microseconds(250)),
        ])
    func durations(text: String, duration: Duration) {
        #expect(Duration(text: text) == duration)
        #expect(Duration(text: duration.text) == duration)
    }

    @Test(
        "What is no time is none", arguments: ["", "s", "1 s", "-1s", "1d", "1e3", "inf", "nan", "1..2", "99999999h"])
    func noDurations(text: String) { #expect(Duration(text: text) == nil) }

    @Test("What is no address is none", arguments: ["", ":80", "a:", "a:b", "a:65536", "a:-1", "127.0.0.1"])
    func noAddresses(text: String) { #expect(ListenAddress(text: text) == nil) }

    @Test("Certificate and key take each other, and something has to be served, wherever that is said")
    func whole() throws {
        for (arguments, message) in [
            (["a", "--tls-key", "k"], "tls-certificate and tls-key take each other"),
            (["a", "--settings", "/nowhere/serve.json"], "/nowhere/serve.json"),
        ] {
            let command = try ServeCommand.parse(arguments)
            #expect {
                _ = try command.resolvedSettings()
            } throws: { "\($0)".contains(message) }
        }
        let command = try ServeCommand.parse(["a", "--tls-key", "k", "--tls-certificate", "c", "--body-memory", "64"])
        let settings = try command.resolvedSettings()
        #expect(settings.tlsKey == "k" && settings.tlsCertificate == "c" && settings.bodyMemory == 64)
    }

    @Test("What models come from is said whole")
    func sources() throws {
        func repository(_ arguments: String...) throws -> ModelRepository.Configuration {
            try ServeCommand.parse(arguments).resolvedSettings().repository
        }
        let agent = try repository("agent.zip", "--normalization", "vecnormalize.pkl")
        #expect(agent.sources.map(\.normalization) == ["vecnormalize.pkl"])
        let named = try repository("--as", "best=agent.zip", "--normalization", "vecnormalize.pkl")
        #expect(named.sources.map(\.normalization) == ["vecnormalize.pkl"] && named.sources[0].path == "agent.zip")
        #expect {
            _ = try repository("a.zip", "b.zip", "--normalization", "vecnormalize.pkl")
        } throws: { "\($0)".contains("belongs to one agent, and there are 2 sources") }
        #expect {
            _ = try repository("--as", "agent.zip")
        } throws: { "\($0)".contains("expected NAME=CHECKPOINT or NAME=CHECKPOINT:ID, found \"agent.zip\"") }
    }

    @Test("A damaged or missing file is said with its path")
    func damaged() {
        var settings = ServeSettings()
        #expect { try settings.read(file: "/nowhere/serve.json") } throws: { "\($0)".contains("/nowhere/serve.json") }
    }
}
#endif
