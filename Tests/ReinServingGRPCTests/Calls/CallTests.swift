#if ServingGRPC
import Foundation
import GRPCCore
import ReinServing
import ReinTestSupport
import SwiftProtobuf
import Testing

@testable import ReinServingGRPC

/// Every call, without sockets.
@Suite("Calls over gRPC", .timeLimit(.minutes(2)))
struct CallTests {
    @Test("The server says what it is, and whether it is ready")
    func server() async throws {
        try await CallServer.with { server in
            let live: Inference_ServerLiveResponse = try await server.call("ServerLive", Inference_ServerLiveRequest())
            #expect(live.live)
            var ready: Inference_ServerReadyResponse = try await server.call(
                "ServerReady", Inference_ServerReadyRequest())
            #expect(ready.ready)
            let metadata: Inference_ServerMetadataResponse = try await server.call(
                "ServerMetadata", Inference_ServerMetadataRequest())
            #expect(metadata.name == "rein" && metadata.extensions.contains("sequence(string_id)"))
            server.service.stop()
            ready = try await server.call("ServerReady", Inference_ServerReadyRequest())
            #expect(!ready.ready)
            let refusal = try await server.refusal { try await server.infer(.pole()) }
            #expect(refusal.code == .unavailable && refusal.message == "the server is stopping")
        }
    }

    @Test("A model says what it takes and gives, in metadata and configuration")
    func descriptions() async throws {
        try await CallServer.with { server in
            let metadata: Inference_ModelMetadataResponse = try await server.call(
                "ModelMetadata", Inference_ModelMetadataRequest.with { $0.name = "default_policy" })
            #expect(metadata.versions == ["10"] && metadata.platform == "rein")
            #expect(metadata.inputs.map(\.name) == ["obs", "action_mask"])
            #expect(metadata.inputs[0].shape == [-1, 4] && metadata.outputs[0].datatype == "INT64")
            let config: Inference_ModelConfigResponse = try await server.call(
                "ModelConfig",
                Inference_ModelConfigRequest.with {
                    $0.name = "default_policy"
                    $0.version = "10"
                })
            #expect(config.config.maxBatchSize == 4096)
            #expect(config.config.input.map(\.dataType) == [.typeFp32, .typeBool])
            #expect(config.config.input[0].dims == [4] && config.config.input[1].optional)
            #expect(config.config.output[0].dims == [] && config.config.output[1].dims == [2])
            let unknown = try await server.refusal {
                try await server.call(
                    "ModelMetadata", Inference_ModelMetadataRequest.with { $0.name = "default" },
                    as: Inference_ModelMetadataResponse.self)
            }
            #expect(unknown.code == .notFound && unknown.message.contains("default_policy"))
        }
    }

    @Test("Models are listed, counted, unloaded and loaded, and a client cannot say what is served")
    func repository() async throws {
        try await CallServer.with { server in
            _ = try await server.infer(.pole(rows: 3))
            let statistics: Inference_ModelStatisticsResponse = try await server.call(
                "ModelStatistics", Inference_ModelStatisticsRequest())
            #expect(statistics.modelStats[0].inferenceCount == 3 && statistics.modelStats[0].executionCount == 1)
            #expect(statistics.modelStats[0].inferenceStats.success.count == 1)
            #expect(statistics.modelStats[0].batchStats[0].batchSize == 3)
            let index: Inference_RepositoryIndexResponse = try await server.call(
                "RepositoryIndex", Inference_RepositoryIndexRequest())
            #expect(index.models.map(\.state) == ["READY"] && index.models[0].version == "10")
            var load = Inference_RepositoryModelLoadRequest()
            load.modelName = "default_policy"
            load.parameters["config"] = .with { $0.stringParam = "{}" }
            let refusal = try await server.refusal {
                try await server.call("RepositoryModelLoad", load, as: Inference_RepositoryModelLoadResponse.self)
            }
            #expect(refusal.code == .invalidArgument && refusal.message.contains("command line of the server"))
            _ = try await server.call(
                "RepositoryModelUnload",
                Inference_RepositoryModelUnloadRequest.with {
                    $0.modelName = "default_policy"
                    $0.parameters["unload_dependents"] = .with { $0.boolParam = false }
                }, as: Inference_RepositoryModelUnloadResponse.self)
            let ready: Inference_ModelReadyResponse = try await server.call(
                "ModelReady", Inference_ModelReadyRequest.with { $0.name = "default_policy" })
            #expect(!ready.ready)
            let only: Inference_RepositoryIndexResponse = try await server.call(
                "RepositoryIndex", Inference_RepositoryIndexRequest.with { $0.ready = true })
            #expect(only.models.isEmpty)
            #expect(try await server.refusal { try await server.infer(.pole()) }.code == .unavailable)
            load.parameters = [:]
            _ = try await server.call("RepositoryModelLoad", load, as: Inference_RepositoryModelLoadResponse.self)
            _ = try await server.infer(.pole())
        }
    }

    @Test("An answer is that of the service, in the order asked for")
    func inference() async throws {
        try await CallServer.with { server in
            let answer = try await server.infer(
                .pole(rows: 2) { request in
                    request.id = "r-1"
                    request.modelVersion = "10"
                    request.outputs = [.with { $0.name = "output" }, .with { $0.name = "action" }]
                })
            #expect(answer.id == "r-1" && answer.modelName == "default_policy" && answer.modelVersion == "10")
            #expect(answer.outputs.map(\.name) == ["output", "action"])
            #expect(answer.outputs.map(\.shape) == [[2, 2], [2]])
            #expect(answer.rawOutputContents.map(\.count) == [16, 16])
            var same = Inference_ModelInferRequest.pole(rows: 2)
            same.inputs[0].contents.fp32Contents = (0..<8).map { Float($0) / 10 }
            same.rawInputContents = []
            let other = try await server.infer(same)
            #expect(other.outputs.map(\.name) == ["action", "output"] && other.id.isEmpty)
            #expect(other.rawOutputContents == answer.rawOutputContents.reversed())
        }
    }

    @Test("Recorded requests are answered as the recordings' servers did")
    func recorded() async throws {
        try await CallServer.with { server in
            for recorded in try RecordedMessage.all("ModelInfer") {
                let request = try Inference_ModelInferRequest(serializedBytes: recorded.bytes)
                switch request.modelName {
                case "default_policy":
                    let answer = try await server.infer(request)
                    #expect(answer.id == request.id && answer.outputs[0].name == "action", "\(recorded.name)")
                default:
                    let refusal = try await server.refusal { try await server.infer(request) }
                    #expect(refusal.code == .notFound, "\(recorded.name)")
                }
            }
        }
    }

    @Test("Without the token nothing is answered but whether the server lives and is ready")
    func token() async throws {
        try await CallServer.with(token: try AccessToken("secret")) { server in
            let live: Inference_ServerLiveResponse = try await server.call("ServerLive", Inference_ServerLiveRequest())
            #expect(live.live)
            _ = try await server.call(
                "ServerReady", Inference_ServerReadyRequest(), as: Inference_ServerReadyResponse.self)
            for metadata: Metadata in [[:], ["authorization": "Bearer other"], ["authorization": "secret"]] {
                let refusal = try await server.refusal { try await server.infer(.pole(), metadata: metadata) }
                #expect(refusal.code == .unauthenticated)
                let index = try await server.refusal {
                    try await server.call(
                        "RepositoryIndex", Inference_RepositoryIndexRequest(), metadata: metadata,
                        as: Inference_RepositoryIndexResponse.self)
                }
                #expect(index.code == .unauthenticated)
                let (answers, end) = try await server.stream([.pole()], metadata: metadata)
                #expect(answers.isEmpty && end?.code == .unauthenticated)
            }
            _ = try await server.infer(.pole(), metadata: ["authorization": "Bearer secret"])
        }
    }

    @Test("What is wrong has the status for it, and others are answered on")
    func statuses() async throws {
        try await CallServer.with(messageLimit: 10_000) { server in
            for (code, change) in [
                (RPCError.Code.notFound, { $0.modelName = "nobody" }), (.notFound, { $0.modelVersion = "9" }),
                (.invalidArgument, { $0.inputs[0].shape = [1, 3] }), (.invalidArgument, { $0.inputs = [] }),
                (.invalidArgument, { $0.outputs = [.with { $0.name = "actions" }] }),
                (.resourceExhausted, { $0.rawInputContents = [Data(count: 10_000)] }),
            ] as [(RPCError.Code, (inout Inference_ModelInferRequest) -> Void)] {
                let refusal = try await server.refusal { try await server.infer(.pole(change)) }
                #expect(refusal.code == code, "\(refusal.message)")
                _ = try await server.infer(.pole())
            }
            let unknown = try await server.refusal {
                try await server.call(
                    "TraceSetting", Inference_ServerLiveRequest(), as: Inference_ServerLiveResponse.self)
            }
            #expect(unknown.code == .unimplemented)
        }
    }

    @Test("A call whose deadline is over is not acted on, and neither is one whose own timeout is")
    func deadlines() async throws {
        var request = InferenceRequest(model: "x")
        let now = ContinuousClock.now
        let deadline = try #require(CallDeadline(["grpc-timeout": "3S"], now: now))
        try deadline.apply(to: &request, now: now)
        #expect(request.parameters.map(\.value) == [.int(3_000_000)])
        request.parameters = [("timeout", .int(5))]
        try deadline.apply(to: &request, now: now)
        #expect(request.parameters.map(\.value) == [.int(5)])
        request.parameters = [("timeout", .int(0))]
        try deadline.apply(to: &request, now: now + .seconds(2))
        #expect(request.parameters.map(\.value) == [.int(1_000_000)])
        request.parameters = [("timeout", .string("x"))]
        try deadline.apply(to: &request, now: now)
        #expect(request.parameters.map(\.value) == [.string("x")])
        #expect(throws: CallDeadline.over) { try deadline.apply(to: &request, now: now + .seconds(3)) }
        for text in ["", "S", "3", "3x", "123456789S", "-3S"] {
            #expect(CallDeadline(["grpc-timeout": .string(text)]) == nil, "\(text)")
        }
        #expect(CallDeadline(["grpc-timeout": "99999999H"], now: now)?.isOver(now + .seconds(1 << 30)) == false)
        try await CallServer.with { server in
            let refusal = try await server.refusal {
                try await server.infer(.pole(), metadata: ["grpc-timeout": "1n"])
            }
            #expect(refusal.code == .deadlineExceeded)
        }
    }
}
#endif
