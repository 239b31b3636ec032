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
    private static func huge(_ policy: Policy) -> [Float] {
        (0..<policy.observationSpace.count).map { $0.isMultiple(of: 2) ? 3e38 : -3e38 }
    }

    /// Whether nothing overflows of such observations, as where what is in between is bounded.
    private static func staysFinite(_ policy: Policy) -> Bool {
        var state = policy.initialState
        return policy.outputs(for: huge(policy), state: &state).allSatisfy(\.isFinite)
    }

    @Test("There are kinds of policies of either sort")
    func kinds() {
        let count = SamplePolicy.all.count { Self.staysFinite($0.policy) }
        #expect(count > 3 && count < SamplePolicy.all.count - 3)
    }

    @Test("They are refused, for every kind of policy, by whoever acts", arguments: SamplePolicy.all, [true, false])
    func refused(sample: SamplePolicy, isSmall: Bool) async throws {
        let policy = sample.policy
        let width = policy.observationSpace.count
        let observations = [Float](repeating: 0, count: 2 * width) + Self.huge(policy)
        let isFinite = Self.staysFinite(policy)
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
