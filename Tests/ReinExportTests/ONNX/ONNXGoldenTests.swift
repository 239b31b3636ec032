import Foundation
import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces
import Testing

@testable import ReinExport

/// Three small files, byte for byte. ONNX's own checker has accepted them, and does so again in `ONNXPythonTests`.
struct ONNXGoldenTests {
    /// A file that is kept, and the policy in it.
    struct Golden: Sendable, CustomStringConvertible {
        /// The name of the file ends in the opset.
        let description: String
        let policy: Policy
        let options: ONNXOptions

        static var folder: String {
            let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            return tests.appendingPathComponent("Fixtures/ONNXFiles").path
        }

        init(
            _ name: String, opset: Int, _ actions: ActionSpace, _ distribution: ActionDistribution? = nil,
            hidden: [Int], _ activation: Activation, recurrent: RecurrentArchitecture? = nil,
            normalizer: ObservationNormalizer? = nil, transform: ActionTransform? = nil
        ) throws {
            description = "\(name)-\(opset)"
            options = ONNXOptions(opset: opset, hasMask: actions.isDiscrete)
            let distribution = distribution ?? ActionDistribution(for: actions)
            var network = ActorCritic(
                ActorCriticArchitecture(
                    inputs: 2, outputs: distribution.headWidth, hidden: hidden, activation: activation, value: .none,
                    hasLogDeviation: distribution.hasLogDeviation, recurrent: recurrent))
            // Eighths are the same on any machine.
            for index in network.parameters.indices { network.parameters[index] = Float(index * 7 % 17 - 8) / 8 }
            policy = try Policy(
                observationSpace: Box(-4...4, shape: [2]), actionSpace: actions, distribution: distribution,
                network: network, observationNormalizer: normalizer, actionTransform: transform)
        }

        static func all() throws -> [Golden] {
            var moments = RunningMoments(width: 2)
            try moments.restore(
                from: [
                    "count": 4, "mean": .tensor(StateTensor([1.0, -2.0], shape: [2])),
                    "squaredDistances": .tensor(StateTensor([16.0, 1.0], shape: [2])),
                ])
            return [
                try Golden(
                    "choice", opset: 17, .discrete(Discrete(3, start: 5)), hidden: [4], .silu,
                    normalizer: ObservationNormalizer(moments: moments, limit: 8, formula: .standardScore(epsilon: 0))),
                try Golden(
                    "memory", opset: 11, .multiDiscrete([2, 3]), hidden: [], .tanh,
                    recurrent: RecurrentArchitecture(kind: .lstm, width: 2)),
                try Golden(
                    "torques", opset: 22, .box(Box(low: [-2, 0], high: [2, .infinity])),
                    .conditionalGaussian(ConditionalGaussian(count: 2)), hidden: [3], .gelu, transform: .clip),
            ]
        }
    }

    /// To renew a file, delete it: it is written, and the test fails until it runs again.
    @Test("Three files are what they were")
    func goldens() throws {
        for golden in try Golden.all() {
            let model = try ONNXExport.model(
                of: PolicyProgram(golden.policy, id: golden.description), golden.options, version: "1.2.3")
            var writer = ProtobufWriter()
            writer.model(model)
            let file = URL(fileURLWithPath: "\(Golden.folder)/\(golden).onnx")
            let kept = try? Data(contentsOf: file)
            if kept == nil { try Data(writer.bytes).write(to: file) }
            let isSame = kept.map { Array($0) } == writer.bytes
            #expect(isSame, "\(golden)")
        }
    }
}
