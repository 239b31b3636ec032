import Foundation
import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinExport

/// Files as bytes.
struct ONNXFileTests {
    @Test("What is read of a file is what was written", arguments: SamplePolicy.all)
    func reading(_ exported: SamplePolicy) throws {
        for opset in ONNXOptions.opsets {
            let options = ONNXOptions(opset: opset)
            let model = try ONNXExport.model(of: PolicyProgram(exported.policy, id: "p"), options)
            let read = try ONNXReader(exported.policy.exported(as: .onnx(options), id: "p"))
            #expect(read.model == model)
            #expect(read.producer == "rein" && read.model.version == ReinVersion.current)
        }
    }

    @Test("The same policy gives the same bytes, and another id others")
    func determinism() throws {
        for exported in SamplePolicy.all {
            let bytes = try exported.policy.exported(as: .onnx, id: "a")
            #expect(try exported.policy.exported(as: .onnx, id: "a") == bytes)
            #expect(try exported.policy.exported(as: .onnx, id: "b") != bytes)
        }
    }

    @Test("Each opset has the oldest version of the format there is for it")
    func formatVersions() throws {
        let policy = SamplePolicy.all[0].policy
        let versions = try ONNXOptions.opsets.map {
            try ONNXReader(policy.exported(as: .onnx(opset: $0))).formatVersion
        }
        #expect(versions == [6, 7, 7, 7, 8, 8, 8, 8, 9, 9, 10, 10])
    }

    @Test("A file says what the policy is")
    func metadata() throws {
        let exported = try #require(SamplePolicy.all.first { $0.description == "clip to partly infinite bounds" })
        let model = try ONNXReader(exported.policy.exported(as: .onnx, id: "läufer \"1\"")).model
        #expect(model.documentation == "läufer \"1\"")
        #expect(
            model.metadata.map { "\($0.key)=\($0.text)" } == [
                "rein.version=\(ReinVersion.current)", "rein.policy=läufer \"1\"",
                #"rein.observation_space={"type":"box","low":-100.0,"high":100.0,"shape":[3]}"#,
                #"rein.action_space={"type":"box","low":[-2.0,null,-1.0],"high":[2.0,3.0,null],"shape":[3]}"#,
            ])
        let discrete = try #require(SamplePolicy.all.first { $0.description == "categorical that counts from 5" })
        #expect(
            try ONNXReader(discrete.policy.exported(as: .onnx)).model.metadata.last?.text
                == #"{"type":"discrete","count":4,"start":5}"#)
    }

    @Test("A file says what observations that are indices or have parts are made of")
    func parts() throws {
        var policy = SamplePolicy("parts", .discrete(2)).policy
        policy.observationEncoding = .oneHot(counts: [3])
        let indices = try ONNXReader(policy.exported(as: .onnx)).model.metadata.last
        #expect(indices?.key == "rein.observation_parts")
        #expect(indices?.text == #"[{"path":[],"kind":"oneHot","counts":[3],"starts":[0]}]"#)
        let parts = [
            ObservationPart(["goal", "x"], .numbers(shape: [])), ObservationPart(["bits"], .binary(shape: [2])),
        ]
        policy.observationEncoding = try ObservationEncoding(parts: parts)
        let text =
            #"[{"path":["goal","x"],"kind":"numbers","shape":[]},{"path":["bits"],"kind":"binary","shape":[2]}]"#
        #expect(try ONNXReader(policy.exported(as: .onnx)).model.metadata.last?.text == text)
        #expect(try TensorFile(policy.exported(as: .safetensors)).metadata["observation_parts"] == text)
    }

    @Test("A file is hardly larger than its weights")
    func size() throws {
        for exported in try SamplePolicy.all + SamplePolicy.fromRLlib() + SamplePolicy.fromStableBaselines3() {
            for options in [ONNXOptions(opset: 11), ONNXOptions(opset: 22), ONNXOptions(isRaw: true)] {
                let model = try ONNXExport.model(of: PolicyProgram(exported.policy, id: "policy"), options)
                let weights = model.graph.initialisers.reduce(0) { $0 + $1.byteCount }
                let bytes = try exported.policy.exported(as: .onnx(options))
                #expect(bytes.count <= weights + 2000, "\(exported)")
            }
        }
    }

    @Test("Options that no graph has are refused")
    func refusals() throws {
        let discrete = SamplePolicy.all[0].policy
        let continuous = try #require(SamplePolicy.all.first { $0.description == "clip" }).policy
        func message(_ policy: Policy, _ options: ONNXOptions) -> String? {
            do throws(StateError) {
                _ = try policy.exported(as: .onnx(options))
                return nil
            } catch { return error.description }
        }
        for opset in [Int.min, -1, 0, 10, 23, 1 << 40, .max] {
            let wanted = "opset \(opset) cannot be written, only 11 to 22"
            #expect(message(discrete, ONNXOptions(opset: opset)) == wanted)
        }
        #expect(message(continuous, ONNXOptions(hasMask: true)) == "continuous actions have no mask")
        #expect(message(continuous, ONNXOptions(hasMask: false)) == nil)
        #expect(message(discrete, ONNXOptions(isRaw: true, hasMask: true)) == "the raw form of ONNX has no mask")
        #expect(message(discrete, ONNXOptions(isRaw: true, hasMask: false)) == nil)
        var broken = discrete
        let view = try #require(broken.network.views.last { $0.name.hasPrefix("policy") && $0.count > 3 })
        for value in [Float.nan, .infinity, -.infinity] {
            broken.network.parameters[view.offset + 3] = value
            #expect(message(broken, ONNXOptions()) == "network/\(view.name): element 3 is \(value)")
        }
    }

    @Test("More weights than Protocol Buffers hold are refused")
    func tooLarge() {
        #expect(throws: Never.self) { try ONNXModel.requireFit(byteCount: ONNXModel.largestByteCount) }
        for count in [ONNXModel.largestByteCount + 1, .max] {
            let error = #expect(throws: StateError.self) { try ONNXModel.requireFit(byteCount: count) }
            #expect(error?.description.contains("\(count) bytes of weights") == true)
        }
    }
}
