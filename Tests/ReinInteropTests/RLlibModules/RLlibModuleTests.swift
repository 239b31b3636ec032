import Foundation
import ReinCheckpoints
import ReinEnvironments
import ReinInterop
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinTestSupport
import Testing

@Suite("Default modules of RLlib's new API stack")
struct RLlibModuleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let method: RLlibModule.Method
        let observations: Box
        let actions: ActionSpace
        let activation: Activation
    }

    static let cart = Box(low: [-4.8, -.infinity, -0.4, -.infinity], high: [4.8, .infinity, 0.4, .infinity])
    static let pendulum = Box(symmetric: [1, 1, 8])
    static let torque = ActionSpace.box(Box(symmetric: [2]))
    static let cases = [
        Case(
            testDescription: "ppo_shared", method: .ppo, observations: cart, actions: .discrete(2), activation: .tanh),
        Case(
            testDescription: "ppo_separate", method: .ppo, observations: pendulum, actions: torque, activation: .relu),
        Case(testDescription: "dqn", method: .dqn, observations: cart, actions: .discrete(2), activation: .tanh),
        Case(testDescription: "sac", method: .sac, observations: pendulum, actions: torque, activation: .relu),
    ]

    static func path(_ name: String) throws -> String {
        try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures/RLlibModules/\(name)").path
    }

    static func open(_ example: Case, _ path: String? = nil) throws -> RLlibModule {
        try RLlibModule(
            opening: path ?? Self.path(example.testDescription), observationSpace: example.observations,
            actionSpace: example.actions, activation: example.activation)
    }

    @Test("A module computes what RLlib computes", arguments: cases)
    func outputs(example: Case) throws {
        let module = try Self.open(example)
        #expect(module.method == example.method)
        let expected = try StateReader(
            JSON.parse(
                [UInt8](Data(contentsOf: URL(fileURLWithPath: Self.path(example.testDescription) + "/expected.json")))))
        let rows = try expected.list("observations").map { try $0.list().map { Float(try $0.double()) } }
        let outputs = try expected.list("outputs").map { try $0.list().map { try $0.double() } }
        #expect(rows.count == 8 && outputs.count == 8)
        for (row, output) in zip(rows, outputs) {
            let found = module.policy.outputs(for: row)
            #expect(found.count == output.count)
            #expect(zip(found, output).allSatisfy { abs(Double($0) - $1) <= 1e-5 })
        }
        let actions = try expected.optionalChild("actions")?.list().map { Int(try $0.double()) } ?? []
        for (row, action) in zip(rows, actions) { #expect(module.policy.action(for: row) == .discrete(action)) }
    }

    @Test("PPO's state value comes along where it fits")
    func values() throws {
        for (name, value) in [("ppo_shared", ActorCriticArchitecture.ValueNetwork.shared), ("ppo_separate", .separate)]
        {
            let example = try #require(Self.cases.first { $0.testDescription == name })
            #expect(try Self.open(example).policy.network.architecture.value == value)
        }
    }

    @Test("What cannot be read says what it is")
    func refusals() throws {
        let cart = Self.cases[0]
        func message(_ body: () throws -> RLlibModule) -> String {
            do {
                _ = try body()
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(message { try Self.open(cart, "/nowhere") }.contains("use_msgpack=True"))
        #expect(message { try Self.open(cart, Self.path("sac")) }.contains("shape"))
        let wrongSpaces = message {
            try RLlibModule(
                opening: Self.path("ppo_shared"), observationSpace: Self.pendulum, actionSpace: .discrete(2),
                activation: .tanh)
        }
        #expect(wrongSpaces.contains("encoder.encoder.net.mlp.0.weight"))
        try withTemporaryDirectory { directory in
            let file = directory + "/module_state.msgpack"
            let trees: [(StateTree, String)] = [
                (["lstm.weight": .tensor(StateTensor([1] as [Float], shape: [1, 1]))], "default modules"),
                (
                    [
                        "pi.net.mlp.0.weight": .tensor(StateTensor([1, 1] as [Float], shape: [2, 1])),
                        "encoder.encoder.net.mlp.0.weight": .tensor(StateTensor([1] as [Float], shape: [1])),
                    ], "layer norms"
                ), (["pi": 1], "tensor"), ([], "map"),
            ]
            for (tree, word) in trees {
                try Data(MessagePackCodec().encode(tree)).write(to: URL(fileURLWithPath: file))
                #expect(message { try Self.open(cart, directory) }.contains(word), "\(word)")
            }
            try Data([0x81, 0xa1]).write(to: URL(fileURLWithPath: file))
            #expect(message { try Self.open(cart, directory) }.contains("module_state.msgpack"))
        }
    }
}
