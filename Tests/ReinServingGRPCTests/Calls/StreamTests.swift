#if ServingGRPC
import Foundation
import GRPCCore
import ReinNetworks
import ReinServing
import ReinSpaces
import ReinTestSupport
import SwiftProtobuf
import Testing

@testable import ReinServingGRPC

extension CallServer {
    /// Sends requests on one stream, all at once; the answers, and the status that the stream ended with unless it is OK.
    func stream(
        _ requests: [Inference_ModelInferRequest], metadata: Metadata = [:]
    ) async throws -> ([Inference_ModelStreamInferResponse], RPCError?) {
        try await client.bidirectionalStreaming(
            request: StreamingClientRequest(metadata: metadata) { writer in
                for request in requests { try await writer.write(request) }
            }, descriptor: InferenceCalls.method("ModelStreamInfer", .bidirectionalStreaming),
            serializer: MessageWriter<Inference_ModelInferRequest>(),
            deserializer: MessageReader<Inference_ModelStreamInferResponse>(), options: .defaults
        ) { response in
            var answers: [Inference_ModelStreamInferResponse] = []
            do {
                for try await answer in response.messages { answers.append(answer) }
                return (answers, nil)
            } catch let error as RPCError { return (answers, error) }
        }
    }
}

/// Streams of requests, without sockets.
@Suite("Streams over gRPC", .timeLimit(.minutes(2)))
struct StreamTests {
    @Test("Requests are answered in their order, and one that is refused ends nothing")
    func order() async throws {
        try await CallServer.with { server in
            let requests = (0..<200).map { index in
                Inference_ModelInferRequest.pole { request in
                    request.id = "r-\(index)"
                    if index.isMultiple(of: 3) { request.inputs[0].shape = [2, 2] }
                    if index.isMultiple(of: 7) { request.modelName = "nobody" }
                }
            }
            let (answers, end) = try await server.stream(requests)
            #expect(end == nil && answers.count == 200)
            for (index, answer) in answers.enumerated() {
                #expect(answer.inferResponse.id == "r-\(index)")
                let isWrong = index.isMultiple(of: 3) || index.isMultiple(of: 7)
                #expect(answer.errorMessage.isEmpty != isWrong)
                #expect(answer.inferResponse.outputs.isEmpty == isWrong)
            }
            #expect(answers[7].errorMessage.contains("nobody"))
            #expect(answers[3].errorMessage.contains("expected shape [-1, 4], found [2, 2]"))
        }
    }

    @Test("A sequence remembers over a stream as over calls of its own")
    func sequence() async throws {
        let policy = SamplePolicy(
            "with memory", .discrete(2), observations: [4], hidden: [8],
            recurrent: RecurrentArchitecture(kind: .lstm, width: 6)
        ).policy
        try await CallServer.with(policy: policy) { server in
            func step(_ index: Int, _ id: Int64) -> Inference_ModelInferRequest {
                .pole { request in
                    request.parameters["sequence_id"] = .with { $0.int64Param = id }
                    request.parameters["sequence_start"] = .with { $0.boolParam = index == 0 }
                    request.parameters["sequence_end"] = .with { $0.boolParam = index == 4 }
                }
            }
            let (answers, end) = try await server.stream((0..<5).map { step($0, 7) })
            #expect(end == nil)
            for index in 0..<5 {
                let answer = try await server.infer(step(index, 8))
                #expect(answer.rawOutputContents == answers[index].inferResponse.rawOutputContents)
            }
            #expect(answers[0].inferResponse.rawOutputContents != answers[4].inferResponse.rawOutputContents)
            let (refused, _) = try await server.stream([step(1, 7), step(0, 7)])
            #expect(refused[0].errorMessage.contains("must specify the START flag") && refused[1].errorMessage.isEmpty)
        }
    }
}
#endif
