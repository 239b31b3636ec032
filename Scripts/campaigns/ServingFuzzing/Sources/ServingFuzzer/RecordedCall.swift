import GRPCCore
import ReinNumerics
import ReinServing
import SwiftProtobuf

@testable import ReinServingGRPC

/// A call as it was made once, and changed since: a byte that says of which method it is, and its message.
struct RecordedCall: Sendable {
    /// The methods; `Scripts/campaigns/serve-fuzz` has the same list.
    private static let methods = [
        "ModelInfer", "ModelStreamInfer", "ServerLive", "ServerReady", "ServerMetadata", "ModelReady", "ModelMetadata",
        "ModelConfig", "ModelStatistics", "RepositoryIndex", "RepositoryModelLoad", "RepositoryModelUnload",
    ]

    let method: String
    let message: [UInt8]

    init(_ bytes: [UInt8]) {
        method = Self.methods[Int(bytes.first ?? 0) % Self.methods.count]
        message = Array(bytes.dropFirst())
    }

    /// Whether it asks for an inference, whose message is read by the server's own code.
    var isInference: Bool { method == "ModelInfer" || method == "ModelStreamInfer" }

    /// Has the inference answered as a value. What was read must be what the generated code reads, where that reads it, and
    /// what is answered must be of the rows that were asked for.
    ///
    /// - Returns: whether it was not refused.
    func isAnswered(by service: InferenceService) -> Bool {
        let read = InferDeserializer(limit: 1 << 20).deserialize(message)
        do throws(ServingError) {
            let request = try read.request.get()
            compare(request)
            let response = try service.answerLoading(request)
            let rows = request.inputs.first { $0.name == "obs" }?.shape.first
            for output in response.outputs {
                require(output.shape.first == rows, "\(output.name): \(output.shape) for \(rows ?? -1) rows")
            }
            let written: [UInt8] =
                method == "ModelInfer"
                ? InferSerializer().serialize(response) : StreamSerializer().serialize(.response(response))
            Self.check(written, of: method)
            return true
        } catch {
            require(error.message.utf8.count < 2_000, "a refusal of \(error.message.utf8.count) bytes")
            let written: [UInt8] = StreamSerializer().serialize(.refusal(error, id: read.id))
            let answer = try? Inference_ModelStreamInferResponse(serializedBytes: written)
            require(answer?.errorMessage == error.message, "a refusal that cannot be read")
            return false
        }
    }

    /// Compares what was read with what the generated code reads.
    private func compare(_ request: InferenceRequest) {
        guard let other = try? Inference_ModelInferRequest(serializedBytes: message) else { return }
        require(
            request.model == other.modelName && request.version ?? "" == other.modelVersion
                && request.id ?? "" == other.id, "another model or id than \(other.modelName), \(other.id)")
        require(
            request.parameters.count == other.parameters.count && request.outputs.count == other.outputs.count,
            "\(request.parameters.count) parameters and \(request.outputs.count) outputs")
        let inputs = request.inputs.map { "\($0.name) \($0.datatype.rawValue) \($0.shape)" }
        let others = other.inputs.map { "\($0.name) \($0.datatype) \($0.shape)" }
        require(inputs == others, "inputs \(inputs) instead of \(others)")
        for (place, input) in request.inputs.enumerated() {
            let contents = other.inputs[place].contents
            let isRight =
                if !other.rawInputContents.isEmpty {
                    input.datatype == .bool || input.bytes.elements.elementsEqual(other.rawInputContents[place])
                } else {
                    switch input.datatype {
                    case .fp32: Self.hold(input, contents.fp32Contents.map(\.bitPattern))
                    case .fp64: Self.hold(input, contents.fp64Contents.map(\.bitPattern))
                    case .int64: Self.hold(input, contents.int64Contents)
                    case .uint64: Self.hold(input, contents.uint64Contents)
                    default: true
                    }
                }
            require(isRight, "\(input.name): other elements than were sent")
        }
    }

    /// Whether the elements of an input are those of a list, which has the bytes of this machine.
    private static func hold(_ input: InferenceTensor, _ list: [some BitwiseCopyable]) -> Bool {
        list.withUnsafeBytes { input.bytes.elements.elementsEqual($0) }
    }

    /// Requires that an answer is what it must be.
    static func check(_ answer: [UInt8], of method: String) {
        do {
            switch method {
            case "ModelInfer": check(try Inference_ModelInferResponse(serializedBytes: answer))
            case "ModelStreamInfer":
                let streamed = try Inference_ModelStreamInferResponse(serializedBytes: answer)
                if streamed.errorMessage.isEmpty { check(streamed.inferResponse) }
            default: break
            }
        } catch { fail("an answer that is no message: \(error)") }
    }

    private static func check(_ response: Inference_ModelInferResponse) {
        require(response.outputs.count == response.rawOutputContents.count, "outputs without contents")
        for (output, raw) in zip(response.outputs, response.rawOutputContents) {
            let width = TensorDatatype(rawValue: output.datatype)?.width ?? 0
            require(
                raw.count == output.shape.reduce(width) { $0 * Int($1) }, "\(output.name): \(raw.count) bytes")
        }
    }
}
