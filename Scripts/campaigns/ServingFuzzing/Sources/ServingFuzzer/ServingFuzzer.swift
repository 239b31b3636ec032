import GRPCInProcessTransport
import GRPCNIOTransportHTTP2Posix
import ReinServing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What requests are given to.
private enum Target {
    /// The service, as values.
    case values(InferenceService)
    /// A server in this process, through a socket.
    case socket(SocketTarget)
    /// The service, by messages of gRPC: inferences as values, other calls without a socket.
    case messages(InferenceService, CallTarget<InProcessTransport.Client>)
    /// A server in this process, by calls of gRPC through a socket, or all bytes of a connection.
    case calls(SocketTarget, CallTarget<HTTP2ClientTransport.Posix>)

    /// Whether an input is answered, and not refused.
    func answers(_ input: [UInt8]) -> Bool {
        switch self {
        case .values(let service): return RecordedInput(input).isAnswered(by: service)
        case .socket(let server): return server.answers(RecordedInput(input))
        case .messages(let service, let calls):
            let call = RecordedCall(input)
            return call.isInference ? call.isAnswered(by: service) : calls.answers(call)
        case .calls(let server, let calls):
            return input.starts(with: "PRI ".utf8) ? server.answersCalls(input) : calls.answers(RecordedCall(input))
        }
    }
}

/// The target by the environment variable `REIN_FUZZ_TARGET`; what is served by `REIN_FUZZ_SOURCES`, with blanks between.
private let target: Target = {
    do {
        let sources = try variable("REIN_FUZZ_SOURCES").split(separator: " ").map {
            try ModelSource(parsing: String($0))
        }
        var limits = InferenceService.Limits()
        limits.rows = 64
        limits.sequences = 100
        let service = InferenceService(
            try ModelRepository(.init(sources: sources)), limits: limits, seed: 1)
        switch variable("REIN_FUZZ_TARGET") {
        case "values": return .values(service)
        case "socket": return .socket(SocketTarget(service))
        case "messages": return .messages(service, CallTarget(service))
        case "calls":
            let server = SocketTarget(service)
            return .calls(server, try CallTarget(port: server.grpcPort))
        default: fail("REIN_FUZZ_TARGET is values, socket, messages or calls")
        }
    } catch { fail("\(error)") }
}()

/// Whether to say of every input if it was answered, by the environment variable `REIN_FUZZ_REPORT`: a target that refuses
/// whatever it starts from finds nothing.
private let reports = getenv("REIN_FUZZ_REPORT") != nil

private func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }

private func say(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = write(2, bytes, bytes.count)
}

/// Ends the program: what is made of an input is not what it must be.
func fail(_ problem: String) -> Never {
    say("Fatal error: \(problem)")
    abort()
}

func require(_ isRight: Bool, _ problem: @autoclosure () -> String) {
    if !isRight { fail(problem()) }
}

/// libFuzzer's question: take this request. Refusals are right answers; traps, sanitizers and too much memory are not.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let isAnswered = target.answers(Array(UnsafeBufferPointer(start: data, count: count)))
    if reports { say(isAnswered ? "input: answered" : "input: refused") }
    return 0
}
