#if Serving
import Testing

@testable import ReinServing

@Suite("Paths of the protocol")
struct RouteTests {
    private static let pole = ModelAddress(name: "pole")
    private static let old = ModelAddress(name: "pole", version: "10")

    @Test(
        "A path is what the protocol says",
        arguments: [
            ("/v2", Route.server), ("/v2/", .server), ("/v2/health/live", .live), ("/v2/health/ready", .ready),
            ("/v2/models/pole", .metadata(pole)), ("/v2/models/pole/", .metadata(pole)),
            ("/v2/models/pole/versions/10", .metadata(old)), ("/v2/models/pole/ready", .modelReady(pole)),
            ("/v2/models/pole/versions/10/ready", .modelReady(old)), ("/v2/models/pole/config", .config(pole)),
            ("/v2/models/pole/infer", .infer(pole)), ("/v2/models/pole/versions/10/infer", .infer(old)),
            ("/v2/models/stats", .statistics(nil)), ("/v2/models/pole/stats", .statistics(pole)),
            ("/v2/models/stats/versions/1/stats", .statistics(ModelAddress(name: "stats", version: "1"))),
            ("/v2/models/stats/infer", .infer(ModelAddress(name: "stats"))),
            ("/v2/repository/index", .index), ("/v2/repository/models/pole/load", .load("pole")),
            ("/v2/repository/models/pole/unload", .unload("pole")),
            ("/v2/models/team%20a%2Fb/ready?x=/", .modelReady(ModelAddress(name: "team a/b"))),
            ("/v2/models/%C3%A9%2520*", .metadata(ModelAddress(name: "é%20*"))),
            ("/v2/models/versions", .metadata(ModelAddress(name: "versions"))),
        ])
    func paths(path: String, route: Route) throws {
        #expect(try Route(path: path) == route)
    }

    @Test(
        "Other paths are not found",
        arguments: [
            "", "/", "v2", "/v1", "/v2/health", "/v2/health/live/x", "/v2/models", "/v2/models/", "/v2/models//infer",
            "/v2/models/a/b", "/v2/models/a/versions/", "/v2/models/a/versions//infer", "/v2/models/a/versions/1/x",
            "/v2/models/team%20a/b/ready", "/v2/repository", "/v2/repository/index/x", "/v2/repository/models/a",
            "/v2/repository/models//load", "/V2",
        ])
    func unknown(path: String) {
        #expect(throws: ServingError.self) { try Route(path: path) }
        do {
            _ = try Route(path: path)
        } catch {
            #expect(error.kind == .notFound, "\(path): \(error)")
        }
    }

    @Test(
        "Escapes that are none are refused",
        arguments: ["/v2/models/%", "/v2/models/%4", "/v2/models/%zz", "/v2/models/%ff", "/v2/models/a%00b"])
    func escapes(path: String) {
        do {
            _ = try Route(path: path)
            Issue.record("\(path) was read")
        } catch {
            #expect(error.kind == .invalidArgument)
        }
    }
}
#endif
