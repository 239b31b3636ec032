import ReinCheckpoints
import Testing

@testable import ReinTune

/// Repeats policies as Ray does, at the recorded times.
@Suite struct PopulationBasedReplayTests {
    private static let file = Result { try Fixture.named("pbt_replay") }

    static let names: [String] = {
        (try? file.get().child("cases").list().map { try $0.child("name").string() }) ?? []
    }()

    private static func recorded(_ name: String) throws -> StateReader {
        try #require(
            try file.get().child("cases").list().first { try $0.child("name").string() == name })
    }

    private static func replay(_ recorded: StateReader) throws -> PopulationBasedTrainingReplay {
        try PopulationBasedTrainingReplay(policy: try recorded.string("policy"), name: "pbt_policy_t7.txt")
    }

    @Test("all 28 policies are there") func count() { #expect(Self.names.count == 28) }

    @Test("changes the settings as recorded, also when it is restored at every result", arguments: names)
    func changes(_ name: String) throws {
        let recorded = try Self.recorded(name)
        let settings = try recorded.child("trial_config").settings()
        guard recorded.optionalChild("error") == nil else {
            #expect(throws: StateError.self) {
                var replay = try Self.replay(recorded)
                _ = try replay.add(TrialRecord(id: "a", index: 0, configuration: settings))
            }
            return
        }
        for restarts in [false, true] {
            var replay = try Self.replay(recorded)
            var record = TrialRecord(id: "a", index: 0, configuration: settings)
            record.configuration = try replay.add(record) ?? settings
            #expect(try record.configuration == recorded.child("first_config").settings())
            var trials = TrialTable()
            trials.append(record)
            var found: [StateTree] = []
            for time in try recorded.list("times").map({ try $0.int64() }) {
                #expect(replay.next(in: trials) == "a")
                trials["a"].status = .running
                #expect(replay.next(in: trials) == nil)
                if restarts {
                    var fresh = try Self.replay(recorded)
                    try fresh.restore(from: replay.state)
                    replay = fresh
                }
                let actions = try replay.decide(on: ["training_iteration": .int(time)], of: "a", in: trials)
                trials["a"].status = .paused
                guard !actions.isEmpty else { continue }
                #expect(actions.first == .pause("a") && actions.count == 2)
                guard case .exploit(let exploit)? = actions.last else { continue }
                #expect(exploit.target == "a" && exploit.donor == "a")
                found.append([
                    "t": .int(time), "decision": "NOOP", "config": .map(exploit.configuration),
                    "tag": .string(exploit.tag),
                ])
            }
            #expect(try found == recorded.list("changes").map(\.tree))
        }
    }

    @Test("repeats what a scheduler of ours wrote down")
    func ours() throws {
        let recorded = try RecordedPopulation("asynchronous, 8 trials in 8 slots, interval 2")
        let log = try recorded.run().scheduler.log
        let entry = try #require(log.entries.last { $0.target == "t7" })
        let replay = try PopulationBasedTrainingReplay(policy: try #require(log.text(of: "t7")))
        #expect(replay.configuration == entry.donorConfiguration)
        #expect(replay.changes.map(\.configuration) == [entry.configuration])
        #expect(replay.changes.map(\.iteration) == [entry.donorIteration])
    }

    @Test("a result without an iteration changes nothing, and one that is no number is refused")
    func iterations() throws {
        var replay = try Self.replay(Self.recorded("a chain of three"))
        _ = try replay.add(TrialRecord(id: "a", index: 0))
        #expect(try replay.decide(on: ["score": 1], of: "a", in: TrialTable()).isEmpty)
        #expect(throws: StateError.self) {
            try replay.decide(on: ["training_iteration": "ten"], of: "a", in: TrialTable())
        }
        #expect(replay.changeCount == 0)
    }

    @Test("a second trial is refused")
    func secondTrial() throws {
        var replay = try Self.replay(Self.recorded("a chain of three"))
        _ = try replay.add(TrialRecord(id: "a", index: 0))
        #expect(throws: StateError.self) { try replay.add(TrialRecord(id: "b", index: 1)) }
    }

    @Test("says which line is none")
    func badLines() throws {
        let good = #"["a", "b", 1, 2, {}, {"lr": NaN}]"#
        func message(_ text: String) -> String? {
            do { _ = try PopulationBasedTrainingReplay(policy: text, name: "p.txt") } catch { return "\(error)" }
            return nil
        }
        #expect(message(good) == nil)
        #expect(message("\(good)\n\n  \n\(good)\n") == nil)
        #expect(message("\(good)\r\n") == nil)
        #expect(message("\(good)\n{}")?.hasPrefix("p.txt/line 2") == true)
        #expect(message("\(good)\n\(good.dropLast())")?.hasPrefix("p.txt/line 2") == true)
        #expect(message(#"["a", "b", 1, 2, {}, []]"#) == "p.txt/line 1/5: expected a map, found list")
        #expect(message(#"["a", 2, 1, 2, {}, {}]"#) == "p.txt/line 1/1: expected string, found integer 2")
        #expect(message(#"["a", "b", 1, 2.5, {}, {}]"#)?.hasPrefix("p.txt/line 1/3") == true)
        #expect(message("[]") == "p.txt/line 1: expected a list of 6 entries, found 0")
    }

    @Test("refuses states that are none")
    func badStates() throws {
        var replay = try Self.replay(Self.recorded("a chain of three"))
        for state: StateTree in [
            nil, [:], ["trial": "a"], ["trial": "a", "change_count": 4], ["trial": 1, "change_count": 1],
            ["trial": "a", "change_count": -1], ["trial": "a", "change_count": 1, "more": 1],
        ] {
            #expect(throws: StateError.self) { try replay.restore(from: state) }
        }
        #expect(replay.trial == nil && replay.changeCount == 0)
        try replay.restore(from: ["trial": "a", "change_count": 3])
        #expect(replay.changeCount == 3)
    }
}
