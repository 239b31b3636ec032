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
        default: fail("REIN_FUZZ_TARGET is values or socket")
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
    let input = RecordedInput(Array(UnsafeBufferPointer(start: data, count: count)))
    let isAnswered =
        switch target {
        case .values(let service): input.isAnswered(by: service)
        case .socket(let server): server.answers(input)
        }
    if reports { say(isAnswered ? "input: answered" : "input: refused") }
    return 0
}
