import ReinCheckpoints
import ReinTune
import Testing

@Suite struct StepResultTests {
    @Test("a result asks for nothing unless it is told to")
    func defaults() {
        let result = StepResult(["loss": 0.5])
        #expect(!result.done && !result.shouldCheckpoint)
        #expect(result.timestepsThisIteration == nil && result.episodesThisIteration == nil)
        #expect(result.metrics == ["loss": 0.5])
    }
}
