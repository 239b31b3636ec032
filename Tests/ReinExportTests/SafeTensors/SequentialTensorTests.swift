import Foundation
import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinExport

/// Tensors under the names of an `nn.Sequential`, and the metadata beside them.
struct SequentialTensorTests {
    @Test("Every tensor is one of the policy's, transposed, and nothing is left out", arguments: SamplePolicy.all)
    func tensors(_ exported: SamplePolicy) throws {
        let policy = exported.policy
        let file = try TensorFile(policy.exported(as: .safetensors))
        var expected: [String: TensorFile.Tensor] = [:]
        let network = policy.network
        for view in network.views {
            guard let name = Self.name(of: view.name, in: policy) else { continue }
            let numbers = network.parameters[view.range].map { Double($0) }
            guard view.shape.count == 2, name != "log_std" else {
                expected[name] = .init(type: "F32", shape: view.shape, numbers: numbers)
                continue
            }
            let (inputs, outputs) = (view.shape[0], view.shape[1])
            expected[name] = .init(
                type: "F32", shape: [outputs, inputs],
                numbers: (0..<inputs * outputs).map { numbers[$0 % inputs * outputs + $0 / inputs] })
        }
        for (name, tensor) in Self.normaliser(policy) { expected[name] = tensor }
        #expect(Set(file.names) == Set(expected.keys))
        for (name, tensor) in expected {
            #expect(file.tensors[name]?.shape == tensor.shape, "\(name)")
            #expect(file.tensors[name] == tensor, "\(name)")
        }
    }

    /// What a tensor of Rein's is called; nil for what is not needed to act.
    private static func name(of view: String, in policy: Policy) -> String? {
        let parts = view.split(separator: "/").map(String.init)
        let trunk = policy.network.trunk?.layers.count ?? 0
        switch parts[0] {
        case "trunk": return "policy.\(2 * (Int(parts[1]) ?? -1)).\(parts[2])"
        case "policy": return "policy.\(2 * (trunk + (Int(parts[1]) ?? -1))).\(parts[2])"
        case "value" where policy.distribution.isDueling: return "value.\(2 * (Int(parts[1]) ?? -1)).\(parts[2])"
        case "core", "policyCore": return "memory.\(parts[2])_\(parts[1] == "input" ? "ih" : "hh")_l0"
        case "logDeviation": return "log_std"
        default: return nil
        }
    }

    private static func normaliser(_ policy: Policy) -> [String: TensorFile.Tensor] {
        guard let normalizer = policy.observationNormalizer else { return [:] }
        let shape = [normalizer.width]
        guard normalizer.formula == .gymnasium else {
            return [
                "normaliser.shift": .init(type: "F64", shape: shape, numbers: normalizer.offsets),
                "normaliser.divisor": .init(type: "F64", shape: shape, numbers: normalizer.divisors),
            ]
        }
        return [
            "normaliser.shift": .init(type: "F32", shape: shape, numbers: normalizer.shift.map { Double($0) }),
            "normaliser.scale": .init(type: "F32", shape: shape, numbers: normalizer.scale.map { Double($0) }),
        ]
    }

    @Test("The metadata describe the policy", arguments: SamplePolicy.all)
    func metadata(_ exported: SamplePolicy) throws {
        let policy = exported.policy
        let file = try TensorFile(policy.exported(as: .safetensors, id: "the \"best\" of all"))
        #expect(file.metadata["format"] == "pt")
        #expect(file.metadata["rein.version"] == ReinVersion.current)
        #expect(file.metadata["rein.policy"] == "the \"best\" of all")
        #expect(try file.json("names") as? String == "sequential")
        let spaces = (try file.json("observation_space"), try file.json("action_space"))
        #expect((spaces.0 as? [String: Any])?["shape"] as? [Int] == policy.observationSpace.shape)
        let architecture = policy.network.architecture
        let layers = try #require(try file.json("layers") as? [[String: Any]])
        let widths = architecture.hidden + architecture.headHidden + [policy.distribution.headWidth]
        #expect(layers.map { $0["outputs"] as? Int } == widths)
        let inputs = architecture.recurrent?.width ?? policy.observationSpace.count
        #expect(layers.map { $0["inputs"] as? Int } == [inputs] + widths.dropLast())
        let activations =
            architecture.hidden.map { _ in architecture.activation }
            + architecture.headHidden.map { _ in architecture.headActivation ?? architecture.activation } + [.identity]
        #expect(layers.map { $0["activation"] as? String } == activations.map(\.rawValue))
        #expect(try file.json("branch") as? Int == policy.network.trunk?.layers.count ?? 0)
        let memory = try file.json("memory") as? [String: Any]
        #expect(memory?["kind"] as? String == architecture.recurrent?.kind.rawValue)
        #expect(memory?["width"] as? Int == architecture.recurrent?.width)
        let limit = (try file.json("normaliser") as? [String: Any])?["limit"] as? Double
        #expect(limit == policy.observationNormalizer.flatMap { $0.limit.isFinite ? Double($0.limit) : nil })
        #expect(try file.json("transform") as? String == policy.actionTransform.rawValue)
        #expect(try file.json("mask_width") as? Int == policy.actionSpace.maskWidth)
        #expect(try file.json("masks_actions") as? Bool == policy.masksActions)
        let head = try #require(try file.json("head") as? [String: Any])
        switch policy.actionSpace {
        case .discrete(let discrete):
            #expect(head["counts"] as? [Int] == [discrete.count])
            #expect(try file.json("first_action") as? Int == discrete.start)
            #expect((spaces.1 as? [String: Any])?["start"] as? Int == discrete.start)
        case .multiDiscrete(let multiDiscrete): #expect(head["counts"] as? [Int] == multiDiscrete.counts)
        case .box(let box):
            #expect(head["count"] as? Int == box.count)
            let bounds = (spaces.1 as? [String: Any])?["high"] as? [Any]
            #expect(bounds?.map { $0 as? Double } == box.high.map { $0.isFinite ? Double($0) : nil })
        }
        if case .actionValues(let values) = policy.distribution {
            #expect(head["atoms"] as? Int == values.atoms)
            #expect(head["low"] as? Double == Double(values.low))
            #expect(head["high"] as? Double == Double(values.high))
            #expect(head["isDueling"] as? Bool == values.isDueling)
        }
        if case .stateDependentGaussian(let kind) = policy.distribution {
            #expect(head["meanLimit"] as? Double == kind.meanLimit.map { Double($0) })
            #expect(head["isSquashed"] as? Bool == kind.isSquashed)
        }
    }

    @Test("The same policy makes the same bytes, another one others")
    func determinism() throws {
        var files: Set<[UInt8]> = []
        for exported in SamplePolicy.all {
            let file = try exported.policy.exported(as: .safetensors)
            #expect(try exported.policy.exported(as: .safetensors) == file)
            files.insert(file)
        }
        #expect(files.count == SamplePolicy.all.count)
    }

    /// The version of Rein is in it.
    @Test("A small file is the same on every machine")
    func golden() throws {
        var policy = SamplePolicy("small", .discrete(Discrete(2, start: 1)), observations: [2], hidden: [3]).policy
        for index in policy.network.parameters.indices { policy.network.parameters[index] = Float(index) / 8 - 1 }
        var moments = RunningMoments(width: 2)
        moments.update([0.5, 1e6, 1.5, 1e6 + 1], count: 2)
        policy.observationNormalizer = ObservationNormalizer(moments: moments, limit: 10, formula: .standardScore())
        let golden = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures/small.safetensors")
        #expect(try policy.exported(as: .safetensors, id: "small") == [UInt8](Data(contentsOf: golden)))
    }

    @Test(
        "A weight that is not finite is an error that names it", arguments: [Float.nan, .infinity, -.infinity],
        TensorNames.allCases)
    func notFinite(_ value: Float, _ names: TensorNames) throws {
        var policy = SamplePolicy("finite", .discrete(4)).policy
        let view = try #require(policy.network.views.first { $0.name == "policy/1/weight" })
        policy.network.parameters[view.offset + 17] = value
        let error = try #require(throws: StateError.self) { try policy.exported(as: .safetensors(names)) }
        #expect(error.path == "network/policy/1/weight")
        #expect(error.message == "element 17 is \(value)")
    }

    @Test("So are statistics of observations that are none", arguments: [true, false])
    func notFiniteStatistics(_ isDouble: Bool) throws {
        var moments = RunningMoments(width: 3)
        moments.update([1, 2, 3, .nan, 2, 4], count: 2)
        let formula: ObservationNormalizer.Formula = isDouble ? .standardScore() : .gymnasium
        var policy = SamplePolicy("finite", .discrete(4)).policy
        policy.observationNormalizer = ObservationNormalizer(moments: moments, formula: formula)
        let error = try #require(throws: StateError.self) { try policy.exported(as: .safetensors) }
        #expect(error.path == "observationNormalizer/\(isDouble ? "offset" : "shift")")
        #expect(error.message == "element 0 is nan")
    }
}
