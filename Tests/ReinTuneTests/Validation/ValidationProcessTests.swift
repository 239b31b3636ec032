import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

@Suite struct ValidationProcessTests {
    @Test("another process is told where the trainable runs, and with which settings")
    func request() throws {
        try withTemporaryDirectory { folder in
            var context = TrainableContext()
            (context.trialID, context.trialName, context.experimentName) = ("7", "seventh", "all")
            context.resources = try PlacementGroup(cpus: 2)
            let configuration: StateMap = ["a": .double(.nan), "b": .bytes([1, 2]), "c": ["d": [1, nil]]]
            try ValidationRequest(
                trainable: "t", configuration: configuration, checkpoint: "c", steps: 3, ignoredMetrics: ["x"],
                folder: folder, context: context
            ).write()
            let read = try ValidationRequest(reading: folder)
            #expect(read.context.trialID == "7" && read.context.trialName == "seventh")
            #expect(read.context.experimentName == "all" && read.context.resources == context.resources)
            #expect(StateTree.map(read.configuration) == .map(configuration) && read.ignoredMetrics == ["x"])
        }
    }

    @Test(
        "a program that does not answer is named, with how it ended",
        arguments: [
            ("exit 0", "ended without an answer"), ("kill -SEGV $$", "was ended by signal 11"),
            ("yes", "prints more than"), ("echo wrong >&2; exit 3", "ended with exit code 3: wrong"),
            ("sleep 100000", "has not answered in"),
        ])
    func noAnswer(script: String, words: String) async throws {
        var validation = SaveRestoreValidation(TrainableDefinition(ValueCounter.self))
        var process = ValidationProcess(executable: "/bin/sh", arguments: ["-c", script])
        process.timeLimit = script.hasPrefix("sleep") ? .milliseconds(50) : .seconds(3_000)
        validation.newProcess = process
        let error = await #expect(throws: StateError.self) { try await validation.run() }
        #expect(error?.path == "/bin/sh" && error?.message.hasPrefix(words) == true)
    }
}
