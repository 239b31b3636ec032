import ReinCheckpoints
import Testing

@Suite("Settings of checkpoints")
struct CheckpointConfigTests {
    /// What Ray accepts and should not.
    private static let wronglyAccepted =
        [#"{"num_to_keep":1.5}"#, #"{"num_to_keep":true}"#]
        + [#"{"checkpoint_at_end":"yes"}"#, #"{"checkpoint_score_attribute":""}"#]

    @Test("What Ray refuses is refused, and what it should have refused")
    func refusesWhatRayRefusesAndShouldHaveRefused() throws {
        let names = [
            "num_to_keep": "numToKeep", "checkpoint_score_attribute": "scoreAttribute",
            "checkpoint_score_order": "scoreOrder", "checkpoint_frequency": "frequency", "checkpoint_at_end": "atEnd",
        ]
        let cases = try RetentionFixture().tree.child("constructor").list()
        #expect(cases.count == 15)
        var wronglyAccepted: [String] = []
        for entry in cases {
            let fields = try entry.list()
            let arguments = StateTree.map(
                StateMap(uniqueEntries: try fields[0].map().map { (names[$0.key] ?? $0.key, $0.value.tree) }))
            let isAccepted = (try? CheckpointConfig(StateReader(arguments))) != nil
            let text = JSON.text(fields[0].tree)
            if try fields[1].bool(), !isAccepted { wronglyAccepted.append(text) }
            #expect(try !isAccepted || fields[1].bool(), "\(text)")
        }
        #expect(wronglyAccepted == Self.wronglyAccepted)
    }

    @Test(
        "An error says what is wrong, and where",
        arguments: [
            (#"{"numToKeep": 0}"#, "config/numToKeep: 0 is out of range (allowed: at least 1, or none to keep all)"),
            (#"{"numToKeep": 1.5}"#, "config/numToKeep: expected integer, found double 1.5"),
            (#"{"numToKeep": true}"#, "config/numToKeep: expected integer, found boolean true"),
            (
                #"{"scoreAttribute": ""}"#,
                "config/scoreAttribute: \"\" names no metric: expected a key, or several with slashes between"
            ),
            (
                #"{"scoreAttribute": "a//b"}"#,
                "config/scoreAttribute: \"a//b\" names no metric: expected a key, or several with slashes between"
            ),
            (#"{"scoreAttribute": 3}"#, "config/scoreAttribute: expected string, found integer 3"),
            (
                #"{"scoreOrder": "Max"}"#,
                "config/scoreOrder: there is no order \"Max\"; did you mean \"max\"? The orders are max, min"
            ),
            (#"{"scoreOrder": null}"#, "config/scoreOrder: expected string, found null"),
            (#"{"frequency": -1}"#, "config/frequency: -1 is out of range (allowed: at least 0, which is never)"),
            (#"{"frequency": null}"#, "config/frequency: expected integer, found null"),
            (#"{"frequency": 1e3}"#, "config/frequency: expected integer, found double 1000.0"),
            (#"{"atEnd": "yes"}"#, "config/atEnd: expected boolean, found string \"yes\""),
            (#"{"atEnd": 1}"#, "config/atEnd: expected boolean, found integer 1"),
            (
                #"{"num_to_keep": 2}"#,
                "config/num_to_keep: there is no such key; did you mean \"numToKeep\"? Known keys: numToKeep, "
                    + "scoreAttribute, scoreOrder, frequency, atEnd"
            ),
            (
                #"{"frequncy": 2}"#,
                "config/frequncy: there is no such key; did you mean \"frequency\"? Known keys: numToKeep, "
                    + "scoreAttribute, scoreOrder, frequency, atEnd"
            ), ("[]", "config: expected map, found list"),
        ])
    func saysWhatIsWrong(_ text: String, _ message: String) throws {
        let error = #expect(throws: StateError.self) {
            try CheckpointConfig(StateReader(JSON.parse(text), path: "config"))
        }
        #expect(error?.description == message)
    }

    @Test("What is written is read back")
    func readsWhatItWrites() throws {
        let configs = [
            try CheckpointConfig(),
            try CheckpointConfig(
                numToKeep: .max, scoreAttribute: "a/b", scoreOrder: .min, frequency: .max, atEnd: false),
            try CheckpointConfig(numToKeep: 1, atEnd: true),
        ]
        for config in configs {
            #expect(try CheckpointConfig(StateReader(JSON.parse(JSON.text(config.tree)))) == config)
        }
        #expect(try CheckpointConfig(StateReader([:])) == configs[0])
        let nulls: StateTree = ["numToKeep": nil, "scoreAttribute": nil, "atEnd": nil]
        #expect(try CheckpointConfig(StateReader(nulls)) == configs[0])
    }

    @Test("Functions make their checkpoints themselves")
    func functionsMakeTheirCheckpointsThemselves() throws {
        try CheckpointConfig(numToKeep: 2).validateForFunction()
        try CheckpointConfig(atEnd: false).validateForFunction()
        let frequency = #expect(throws: StateError.self) { try CheckpointConfig(frequency: 1).validateForFunction() }
        #expect(frequency?.path == "frequency")
        let atEnd = #expect(throws: StateError.self) { try CheckpointConfig(atEnd: true).validateForFunction() }
        #expect(atEnd?.path == "atEnd")
    }

    @Test("The largest frequency is never reached")
    func theLargestFrequencyIsNeverReached() throws {
        let config = try CheckpointConfig(frequency: .max, atEnd: false)
        #expect(!config.shouldCheckpoint(iteration: 1, done: true))
        #expect(config.shouldCheckpoint(iteration: 1, done: false, requested: true))
    }
}
