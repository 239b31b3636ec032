import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinTestSupport
import Testing

@testable import ReinExport

/// What a policy is taken apart into before it is written.
struct ProgramTests {
    @Test("Every kind of policy is taken apart", arguments: SamplePolicy.all)
    func all(_ exported: SamplePolicy) throws {
        let program = try PolicyProgram(exported.policy, id: "p")
        #expect(program.layers.last?.outputs == exported.policy.distribution.headWidth)
        #expect(program.layers.last?.activation == .identity)
        #expect(program.valueLayers.isEmpty == !exported.policy.distribution.isDueling)
    }

    @Test("All that other programs have saved is taken apart")
    func foreign() throws {
        let policies = try SamplePolicy.fromRLlib() + SamplePolicy.fromStableBaselines3()
        #expect(policies.count > 40)
        for exported in policies { _ = try PolicyProgram(exported.policy, id: "p") }
    }
}
