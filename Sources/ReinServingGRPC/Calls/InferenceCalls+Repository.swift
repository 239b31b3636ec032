#if ServingGRPC
import GRPCCore
import ReinServing

/// Which models there are, and loading and unloading them.
extension InferenceCalls {
    func registerRepository<Transport: GRPCCore.ServerTransport>(with router: inout RPCRouter<Transport>) {
        unary("RepositoryIndex", in: &router) { (request: Inference_RepositoryIndexRequest) in
            let models = service.index(readyOnly: request.ready)
            return try Inference_RepositoryIndexResponse(described: "{\"models\":\(models)}")
        }
        unary("RepositoryModelLoad", in: &router) { (request: Inference_RepositoryModelLoadRequest) in
            for name in request.parameters.keys.sorted() { try InferenceService.requireNoConfiguration(name) }
            let service = service
            try await waiting { try service.load(request.modelName) }
            return Inference_RepositoryModelLoadResponse()
        }
        unary("RepositoryModelUnload", in: &router) { (request: Inference_RepositoryModelUnloadRequest) in
            for name in request.parameters.keys.sorted() { try InferenceService.requireNoConfiguration(name) }
            let service = service
            try await waiting { try service.unload(request.modelName) }
            return Inference_RepositoryModelUnloadResponse()
        }
    }
}
#endif
