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

    /// What a module is refused with; empty when it is not.
    private func message(_ body: () throws -> RLlibModule) -> String {
        do {
            _ = try body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test("What cannot be read says what it is")
    func refusals() throws {
        let cart = Self.cases[0]
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
                (["lstm.weight": .tensor(StateTensor([1] as [Float], shape: [Int](repeating: 1, count: 9)))], "9 axes"),
                (["pi": 1], "tensor"), ([], "map"),
            ]
            for (tree, word) in trees {
                try Data(MessagePackCodec().encode(tree)).write(to: URL(fileURLWithPath: file))
                #expect(message { try Self.open(cart, directory) }.contains(word), "\(word)")
            }
            try Data([0x81, 0xa1]).write(to: URL(fileURLWithPath: file))
            #expect(message { try Self.open(cart, directory) }.contains("module_state.msgpack"))
        }
    }

    /// What a module for CartPole is refused with whose encoder has other layers, or that has more parameters.
    private func message(
        encoder: [(name: String, shape: [Int])], others: [(String, [Int])] = [], number: Float = 0.5
    ) throws -> String {
        let head = [("pi.net.mlp.0.weight", [2, 2]), ("pi.net.mlp.0.bias", [2]), ("pi.log_std_clip_param_const", [1])]
        var map = StateMap()
        for (name, shape) in encoder.map({ ("encoder.encoder.net.mlp.\($0.name)", $0.shape) }) + head + others {
            let numbers = [Float](repeating: number, count: shape.reduce(1, *))
            map[name] = .tensor(StateTensor(numbers, shape: shape))
        }
        let bytes = try MessagePackCodec().encode(.map(map))
        return try withTemporaryDirectory { directory in
            try Data(bytes).write(to: URL(fileURLWithPath: directory + "/module_state.msgpack"))
            return message { try Self.open(Self.cases[0], directory) }
        }
    }

    @Test("Layers are where nonlinearities leave them a place, or refused by name: none is left out")
    func places() throws {
        let first: [(name: String, shape: [Int])] = [("0.weight", [2, 4]), ("0.bias", [2])]
        let second: [(name: String, shape: [Int])] = [("2.weight", [2, 2]), ("2.bias", [2])]
        #expect(try message(encoder: first) == "")
        #expect(try message(encoder: first + second) == "")
        // fcnet_use_layernorm=True, fcnet_hiddens=[2, 2]
        let norms = try message(
            encoder: first + [
                ("1.weight", [2]), ("1.bias", [2]), ("3.weight", [2, 2]), ("3.bias", [2]), ("4.weight", [2]),
                ("4.bias", [2]),
            ])
        #expect(norms.contains("encoder.encoder.net.mlp.1.weight: ") && norms.contains("layer norms"))
        // fcnet_activation="linear", fcnet_hiddens=[2, 2, 2]
        let linear = try message(encoder: first + [("1.weight", [2, 2]), ("1.bias", [2])] + second)
        #expect(linear.contains("encoder.encoder.net.mlp.1.weight: ") && linear.contains("\"linear\""))
        let narrow = try message(encoder: first + [("2.weight", [2, 1]), ("2.bias", [2])])
        #expect(narrow.contains("encoder.encoder.net.mlp.2.weight: expected a matrix of shape [outputs, 2]"))
    }

    @Test("Parameters that nobody reads are refused by name, but not those of parts that are left out")
    func otherParameters() throws {
        let encoder: [(name: String, shape: [Int])] = [("0.weight", [2, 4]), ("0.bias", [2])]
        let wider = [("vf.net.mlp.0.weight", [3, 2]), ("vf.net.mlp.0.bias", [3]), ("vf.net.mlp.2.weight", [1, 3])]
        #expect(try message(encoder: encoder, others: wider) == "")
        #expect(try message(encoder: encoder, others: [("pi.log_std", [2])]).contains("pi.log_std: "))
        #expect(try message(encoder: encoder, others: [("pi.log_std", [2])]).contains("free_log_std"))
        #expect(try message(encoder: encoder, others: [("world.net.0.weight", [2])]).contains("world.net.0.weight: "))
    }

    @Test("Numbers that are not finite are refused by the name of the parameter")
    func notFinite() throws {
        for number in [Float.nan, .infinity] {
            let message = try message(encoder: [("0.weight", [2, 4]), ("0.bias", [2])], number: number)
            #expect(message.contains("encoder.encoder.net.mlp.0.weight: holds numbers that are not finite"))
        }
    }
}
