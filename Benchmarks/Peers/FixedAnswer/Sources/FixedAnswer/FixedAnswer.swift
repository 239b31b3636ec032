import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Takes in a body and answers with the same bytes always, on one event loop: what hummingbird takes for itself. Nothing is
/// routed, so that it takes the least.
struct FixedResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    /// The answer to a policy of two actions, by its length.
    static let answer = ByteBuffer(
        string: #"{"model_name":"default_policy","model_version":"0","outputs":["#
            + #"{"name":"action","datatype":"INT64","shape":[1],"data":[0]},"#
            + #"{"name":"output","datatype":"FP32","shape":[1,2],"data":[1.4567065,-1.4557161]}]}"#)

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        _ = try await request.body.collect(upTo: 1 << 20)
        return Response(
            status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: Self.answer))
    }
}

@main
struct FixedAnswer {
    static func main() async throws {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var logger = Logger(label: "fixed-answer")
        logger.logLevel = .critical
        try await Application(
            responder: FixedResponder(),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                let line = Array("http://127.0.0.1:\(channel.localAddress?.port ?? 0)\n".utf8)
                _ = write(STDERR_FILENO, line, line.count)
            },
            eventLoopGroupProvider: .shared(loops), logger: logger
        ).runService()
    }
}
