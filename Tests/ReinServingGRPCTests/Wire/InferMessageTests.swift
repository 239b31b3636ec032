#if ServingGRPC
import Foundation
import ReinNumerics
import ReinServing
import SwiftProtobuf
import Testing

@testable import ReinServingGRPC

/// The bytes of `ModelInferRequest`, written by code that was generated from the protocol.
@Suite("Requests as Protocol Buffers")
struct InferMessageTests {
    private func read(_ bytes: [UInt8]) throws -> InferenceRequest {
        try bytes.withUnsafeBytes { InferMessage(reading: $0) }.request.get()
    }

    private func read(
        _ change: (inout Inference_ModelInferRequest) -> Void
    ) throws -> InferenceRequest { try read(Inference_ModelInferRequest.with(change).serializedBytes()) }

    /// A request of one input with contents.
    private func read(
        _ datatype: String, _ shape: [Int64], _ contents: (inout Inference_InferTensorContents) -> Void
    ) throws -> InferenceTensor {
        try read { request in
            request.inputs = [
                .with {
                    $0.name = "x"
                    $0.datatype = datatype
                    $0.shape = shape
                    contents(&$0.contents)
                }
            ]
        }.inputs[0]
    }

    /// The words of a refusal.
    private func refusal(_ body: () throws -> some Any) -> String {
        do {
            _ = try body()
            return "none"
        } catch { return "\(error)" }
    }

    @Test("Recorded requests are read as the generated code reads them")
    func recorded() throws {
        let all = try RecordedMessage.all("ModelInfer") + RecordedMessage.all("ModelStreamInfer")
        #expect(all.count == 13)
        for recorded in all {
            let request = try read(recorded.bytes)
            let same = try Inference_ModelInferRequest(serializedBytes: recorded.bytes)
            #expect(request.model == same.modelName && request.version ?? "" == same.modelVersion)
            #expect(request.id ?? "" == same.id)
            #expect(request.outputs.map(\.name) == same.outputs.map(\.name))
            #expect(request.inputs.map(\.name) == same.inputs.map(\.name))
            #expect(request.inputs[0].bytes.floats == [0.01, 0, -0.02, 0], "\(recorded.name)")
            #expect(Set(request.parameters.map(\.name)) == Set(same.parameters.keys))
            for (name, value) in request.parameters {
                switch try #require(same.parameters[name]?.parameterChoice) {
                case .boolParam(let bool): #expect(value == .bool(bool))
                case .int64Param(let number): #expect(value == .int(number))
                case .uint64Param(let number): #expect(value == .int(Int64(number)))
                case .doubleParam(let number): #expect(value == .double(number))
                case .stringParam(let text): #expect(value == .string(text))
                }
            }
        }
    }

    @Test("Contents of every datatype are read, packed or not")
    func contents() throws {
        #expect(
            try read("BOOL", [3]) { $0.boolContents = [true, false, true] }.bytes.values == [1, 0, 1])
        #expect(try read("INT8", [2]) { $0.intContents = [-128, 127] }.bytes.values == [128, 127])
        #expect(try read("INT16", [1]) { $0.intContents = [-2] }.bytes.values == [254, 255])
        #expect(
            try read("INT32", [1, 2]) { $0.intContents = [-1, 1] }.bytes.values
                == [255, 255, 255, 255, 1, 0, 0, 0])
        #expect(try read("INT64", [1]) { $0.int64Contents = [.min] }.bytes.values.last == 128)
        #expect(try read("UINT8", [1]) { $0.uintContents = [255] }.bytes.values == [255])
        #expect(try read("UINT16", [1]) { $0.uintContents = [65535] }.bytes.values == [255, 255])
        #expect(
            try read("UINT32", [1]) { $0.uintContents = [.max] }.bytes.values == [255, 255, 255, 255])
        #expect(try read("UINT64", [1]) { $0.uint64Contents = [.max] }.bytes.count == 8)
        #expect(try read("FP32", [2, 2]) { $0.fp32Contents = [1, 2, 3, -0.5] }.bytes.floats == [1, 2, 3, -0.5])
        #expect(try read("FP64", [1]) { $0.fp64Contents = [0.1] }.bytes.count == 8)
        #expect(try read("FP32", [0, 4]) { _ in }.bytes.count == 0)
        // One by one: name "x", datatype INT64, shape 2, contents of two numbers.
        let single: [UInt8] =
            [42, 20, 10, 1, 120, 18, 5] + Array("INT64".utf8) + [24, 1, 24, 2, 42, 4, 24, 5, 24, 6, 58, 0]
        #expect(refusal { try read(single) }.contains("both contents and raw_input_contents"))
        let tensor = try read(Array(single.dropLast(2))).inputs[0]
        #expect(
            tensor.shape == [1, 2]
                && tensor.bytes.values == [5, 0, 0, 0, 0, 0, 0, 0, 6] + [0, 0, 0, 0, 0, 0, 0])
    }

    @Test("What contents may not be is refused in words")
    func refusedContents() throws {
        for (words, body) in [
            (
                "input \"x\": contents: element 1: expected a whole number from -128 to 127, found 300",
                { try read("INT8", [2]) { $0.intContents = [1, 300] } }
            ),
            (
                "input \"x\": contents: element 0: expected a whole number from 0 to 255, found 256",
                { try read("UINT8", [1]) { $0.uintContents = [256] } }
            ),
            (
                "input \"x\": contents: more elements than shape [1] takes",
                { try read("FP32", [1]) { $0.fp32Contents = [1, 2] } }
            ),
            (
                "input \"x\": contents: 1 elements, but shape [2] takes 2",
                { try read("FP64", [2]) { $0.fp64Contents = [1] } }
            ),
            (
                "input \"x\": shape [9223372036854775807, 4] has more elements than contents",
                { try read("FP32", [.max, 4]) { $0.fp32Contents = [1] } }
            ),
            (
                "input \"x\": contents: expected fp32_contents for FP32, found int64_contents",
                { try read("FP32", [1]) { $0.int64Contents = [1] } }
            ),
            (
                "input \"x\": element 1 is NaN, expected a finite number",
                { try read("FP32", [2]) { $0.fp32Contents = [1, .nan] } }
            ),
            ("input \"x\": FP16 comes only in raw_input_contents", { try read("FP16", [1]) { $0.fp32Contents = [1] } }),
            (
                "input \"x\": datatype BYTES, which no policy takes",
                { try read("BYTES", [1]) { $0.bytesContents = [Data()] } }
            ),
            (
                "inputs/0: shape: expected whole numbers from 0, found -1 at place 0",
                { try read("FP32", [-1, 4]) { $0.fp32Contents = [1] } }
            ),
        ] as [(String, () throws -> InferenceTensor)] {
            #expect(refusal(body) == words)
        }
    }

    @Test("Raw contents belong to all inputs, and are as long as their shapes")
    func raw() throws {
        let input = Inference_ModelInferRequest.InferInputTensor.with {
            $0.name = "obs"
            $0.datatype = "FP32"
            $0.shape = [1, 2]
            // As KServe's client leaves it.
            $0.parameters["binary_data_size"] = .with { $0.int64Param = 99 }
        }
        func refused(_ change: (inout Inference_ModelInferRequest) -> Void) -> String { refusal { try read(change) } }
        #expect(try read { ($0.inputs, $0.rawInputContents) = ([input], [Data(count: 8)]) }.inputs[0].bytes.count == 8)
        #expect(
            refused { ($0.inputs, $0.rawInputContents) = ([input], [Data(count: 7)]) }
                == "input \"obs\": raw_input_contents of 7 bytes, but shape [1, 2] of FP32 takes 8")
        #expect(
            refused { ($0.inputs, $0.rawInputContents) = ([input, input], [Data(count: 8)]) }
                == "raw_input_contents: expected one entry for each of the 2 inputs, found 1")
        #expect(
            refused { request in
                (request.inputs, request.rawInputContents) = ([input, input], [Data(count: 8), Data(count: 8)])
                request.inputs[1].contents.fp32Contents = [1, 2]
            } == "input \"obs\": both contents and raw_input_contents; expected one of them for all inputs")
        #expect(
            refused { ($0.inputs, $0.rawInputContents) = ([input], [Data(repeating: 255, count: 8)]) }
                == "input \"obs\": element 0 is NaN, expected a finite number")
        #expect(
            refused { $0.inputs = [input] }
                == "input \"obs\": neither contents nor raw_input_contents; expected one of them")
    }

    @Test("No more is taken in than a request may have")
    func limits() throws {
        let input = Inference_ModelInferRequest.InferInputTensor.with { $0.name = "obs" }
        for (words, change) in [
            ("request: more than 256 inputs", { $0.inputs = Array(repeating: input, count: 257) }),
            ("request: more than 256 outputs", { $0.outputs = Array(repeating: .init(), count: 257) }),
            (
                "request: more than 256 entries of raw_input_contents",
                { $0.rawInputContents = Array(repeating: Data(), count: 257) }
            ),
            (
                "request: more than 64 parameters",
                { for index in 0..<65 { $0.parameters["\(index)"] = .with { $0.boolParam = true } } }
            ),
            (
                "inputs/0: a shape of more than 32 lengths",
                {
                    $0.inputs = [input]
                    $0.inputs[0].shape = Array(repeating: 1, count: 33)
                }
            ),
            (
                "model_name: expected a text of no more than 1024 bytes, found 1025",
                { $0.modelName = String(repeating: "x", count: 1025) }
            ),
            (
                "request: parameter \"a\": expected a truth value, a number or a text, found none",
                { $0.parameters["a"] = .init() }
            ),
        ] as [(String, (inout Inference_ModelInferRequest) -> Void)] {
            #expect(refusal { try read(change) } == words)
        }
    }

    @Test("Damaged messages are refused, whatever the damage is, and say what the client calls its request")
    func damaged() throws {
        var random = SystemRandomNumberGenerator()
        let recorded = try RecordedMessage.all("ModelInfer")
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = try #require(recorded.randomElement(using: &random)).bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
                case 1: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
                default:
                    bytes.insert(.random(in: 0...255, using: &random), at: .random(in: 0...bytes.count, using: &random))
                }
                if bytes.isEmpty { break }
            }
            let message = bytes.withUnsafeBytes { InferMessage(reading: $0) }
            if case .failure(let error) = message.request {
                refused += 1
                #expect(error.kind == .invalidArgument)
            }
        }
        #expect(refused > 1000)
        var bytes: [UInt8] = try Inference_ModelInferRequest.with { $0.id = "r-9" }.serializedBytes()
        bytes += [58, 200, 1]
        let message = bytes.withUnsafeBytes { InferMessage(reading: $0) }
        #expect(message.id == "r-9")
        #expect(
            refusal { try message.request.get() }
                == "ModelInferRequest: expected a message of Protocol Buffers, found damage at byte 5")
    }

    @Test("Responses are written as the generated code reads them, however long they are")
    func responses() throws {
        let shape = [Int](repeating: 1, count: 140)
        let response = InferenceResponse(
            model: "m", version: "10", id: "r-1",
            outputs: [
                InferenceTensor(
                    name: "action", datatype: .int64, shape: [2], bytes: AlignedBuffer((0..<16).map { UInt8($0) })),
                InferenceTensor(name: "none", datatype: .fp32, shape: [0, 300], bytes: AlignedBuffer(count: 0)),
                InferenceTensor(name: "deep", datatype: .uint8, shape: shape, bytes: AlignedBuffer([7])),
            ])
        let bytes: [UInt8] = InferSerializer().serialize(response)
        let read = try Inference_ModelInferResponse(serializedBytes: bytes)
        #expect(read.modelName == "m" && read.modelVersion == "10" && read.id == "r-1")
        #expect(read.outputs.map(\.name) == ["action", "none", "deep"])
        #expect(read.outputs.map(\.datatype) == ["INT64", "FP32", "UINT8"])
        #expect(read.outputs[2].shape == shape.map { Int64($0) } && read.outputs[1].shape == [0, 300])
        #expect(read.rawOutputContents.map { Array($0) } == [(0..<16).map { UInt8($0) }, [], [7]])
        let streamed: [UInt8] = StreamSerializer().serialize(.response(response))
        #expect(try Inference_ModelStreamInferResponse(serializedBytes: streamed).inferResponse == read)
        let refused: [UInt8] = StreamSerializer().serialize(
            .refusal(ServingError(.notFound, "nobody"), id: "r-2"))
        let refusal = try Inference_ModelStreamInferResponse(serializedBytes: refused)
        #expect(refusal.errorMessage == "nobody" && refusal.inferResponse.id == "r-2")
    }
}

extension AlignedBuffer<UInt8> {
    /// The bytes.
    fileprivate var values: [UInt8] { (0..<count).map { self[$0] } }

    /// The bytes as numbers of single precision.
    fileprivate var floats: [Float] {
        withExtendedLifetime(self) {
            (0..<count / 4).map { UnsafeRawPointer(pointer).load(fromByteOffset: 4 * $0, as: Float.self) }
        }
    }
}
#endif
