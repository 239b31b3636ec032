import Foundation
import ReinCheckpoints
import ReinExport
import ReinNetworks
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@Suite("Exporting into a directory")
struct ExportModelTests {
    static let forms: [(form: ModelForm, name: String)] = [
        (.onnx, "model.onnx"), (.safetensors, "model.safetensors"), (.c, "policy.h"),
    ]

    @Test("Each form has its file, with the bytes of the form", arguments: forms)
    func writes(_ form: ModelForm, _ name: String) throws {
        let policy = try #require(SamplePolicy.all.first).policy
        try withTemporaryDirectory { directory in
            let path = try policy.exportModel(to: directory, as: form, id: "p")
            #expect(path == "\(directory)/\(name)")
            #expect(try files(below: directory) == [name: policy.exported(as: form, id: "p")])
        }
    }

    @Test("A file that is there stays, unless it may be replaced")
    func existing() throws {
        let policies = SamplePolicy.all.prefix(2).map(\.policy)
        try withTemporaryDirectory { directory in
            try policies[0].exportModel(to: directory, as: .safetensors)
            let error = #expect(throws: StateError.self) {
                try policies[1].exportModel(to: directory, as: .safetensors)
            }
            #expect(error?.code == .alreadyExists)
            #expect(error?.path == "\(directory)/model.safetensors")
            #expect(try files(below: directory) == ["model.safetensors": policies[0].exported(as: .safetensors)])
            try policies[1].exportModel(to: directory, as: .safetensors, replacingExisting: true)
            #expect(try files(below: directory) == ["model.safetensors": policies[1].exported(as: .safetensors)])
        }
    }

    @Test("A directory that is missing, a file in its place and a directory in the place of the file are errors")
    func places() throws {
        let policy = try #require(SamplePolicy.all.first).policy
        try withTemporaryDirectory { directory in
            for place in ["\(directory)/nowhere", "\(directory)/file"] {
                try Data().write(to: URL(fileURLWithPath: "\(directory)/file"))
                let error = #expect(throws: StateError.self) { try policy.exportModel(to: place, as: .safetensors) }
                #expect(error?.path == place)
            }
            let taken = "\(directory)/model.safetensors"
            try FileManager.default.createDirectory(atPath: taken, withIntermediateDirectories: false)
            for replaces in [false, true] {
                let error = #expect(throws: StateError.self) {
                    try policy.exportModel(to: directory, as: .safetensors, replacingExisting: replaces)
                }
                #expect(error?.path == taken)
            }
            #expect(try files(below: directory) == ["file": []])
        }
    }

    @Test("A number that is none is named, and the file that was there stays", arguments: forms)
    func notFinite(_ form: ModelForm, _ name: String) throws {
        var policy = try #require(SamplePolicy.all.first).policy
        try withTemporaryDirectory { directory in
            try Data([1]).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
            let view = try #require(policy.network.views.first)
            policy.network.parameters[view.range.lowerBound + 1] = .nan
            let error = #expect(throws: StateError.self) {
                try policy.exportModel(to: directory, as: form, replacingExisting: true)
            }
            #expect(error?.path == "network/\(view.name)")
            #expect(error?.message.contains("element 1 is nan") == true, "\(error as Any)")
            #expect(try files(below: directory) == [name: [1]])
        }
    }

    @Test("A description names what goes in and what comes out", arguments: SamplePolicy.all)
    func descriptions(_ exported: SamplePolicy) throws {
        let policy = exported.policy
        let observation = [Float](repeating: 0.5, count: policy.observationSpace.count)
        let outputs = policy.outputs(for: observation).count
        let graph = try policy.modelDescription(of: .onnx)
        #expect(graph.inputs.map(\.name).contains("action_mask") == policy.masksActions)
        #expect(graph.outputs.first { $0.name == "output" }?.shape == [nil, outputs])
        #expect(graph.inputs[0].shape == [nil] + policy.observationSpace.shape.map(Optional.init))
        let states = graph.inputs.filter { $0.name.hasPrefix("state_in_") }
        #expect(states.reduce(0) { $0 + ($1.shape[1] ?? 0) } == policy.stateWidth)
        #expect(graph.outputs.count == 2 + states.count)
        let header = try policy.modelDescription(of: .c)
        #expect(header.outputs.first { $0.name == "outputs" }?.shape == [outputs])
        #expect(header.inputs.contains { $0.name == "mask" } == (policy.distribution.maskWidth > 0))
        #expect(header.inputs.contains { $0.name == "state" } == (policy.stateWidth > 0))
        let raw = try policy.modelDescription(of: .onnx(ONNXOptions(isRaw: true)))
        #expect(raw.inputs.map(\.name) == ["obs"] + (states.isEmpty ? ["state_ins"] : states.map(\.name)))
        #expect(raw.outputs.map(\.name).first == "output")
        #expect(raw.outputs[0].shape == [nil, outputs])
    }
}
