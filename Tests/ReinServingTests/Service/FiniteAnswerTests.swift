#if Serving
import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinServing

/// What becomes of observations that are finite, and so large that what follows from them is not.
@Suite("Answers that are not finite")
struct FiniteAnswerTests {
    private static let huge: [Float] = [3e38, -3e38, 3e38]

    @Test("They are refused, for every kind of policy, by whoever acts", arguments: SamplePolicy.all, [true, false])
    func refused(sample: SamplePolicy, isSmall: Bool) async throws {
        let policy = sample.policy
        // Of some nothing overflows, such as those that are bounded in between.
        let width = policy.observationSpace.count
        var observations = [Float](repeating: 0, count: 3 * width)
        for index in 2 * width..<3 * width { observations[index] = Self.huge[index % 3] }
        var state = policy.initialState
        let isFinite =
            policy.outputs(for: Array(observations[(2 * width)...]), state: &state).allSatisfy(\.isFinite)
            && state.allSatisfy(\.isFinite)
        try await RunFolder.with { run in
            try run.write(1, ["red"]) { _ in policy }
            var limits = InferenceService.Limits()
            if !isSmall { limits.inlineBelow = .zero }
            let service = InferenceService(try run.repository(preload: ["*"]), limits: limits)
            for wanted in [[], ["action"], ["output"]] {
                let request = InferenceRequest(
                    model: "red", inputs: [InferenceTensor("obs", [3] + policy.observationSpace.shape, observations)],
                    outputs: wanted.map { RequestedOutput(name: $0) })
                do throws(ServingError) {
                    _ = try await service.respond(to: request)
                    #expect(isFinite)
                } catch {
                    #expect(!isFinite && error.kind == .invalidArgument && error.message.contains("row 2"))
                }
            }
            let fine = InferenceRequest(
                model: "red",
                inputs: [
                    InferenceTensor("obs", [2] + policy.observationSpace.shape, Array(observations[..<(2 * width)]))
                ])
            _ = try await service.respond(to: fine)
        }
    }
}
#endif
