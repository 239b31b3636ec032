import CFuzzer

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The decoder at work, by the environment variable `REIN_FUZZ_TARGET`.
private let target: DecoderTarget = {
    let names = DecoderTarget.allCases.map(\.rawValue).joined(separator: ", ")
    guard let text = getenv("REIN_FUZZ_TARGET"), let target = DecoderTarget(rawValue: String(cString: text)) else {
        say("REIN_FUZZ_TARGET names the decoder: \(names)")
        exit(2)
    }
    return target
}()

/// Whether to say of every input if it was good, by the environment variable `REIN_FUZZ_REPORT`: a target that refuses
/// whatever it starts from finds nothing.
private let reports = getenv("REIN_FUZZ_REPORT") != nil

private func say(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}

/// Ends the program: what the decoder made of an input is not what it must be.
func fail(_ problem: String) -> Never {
    say("Fatal error: \(problem)")
    abort()
}

func require(_ isRight: Bool, _ problem: String) {
    if !isRight { fail(problem) }
}

/// libFuzzer's question: decode these bytes. Errors are right answers; traps, sanitizers and too much memory are not.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let isGood = target.decode(Array(UnsafeBufferPointer(start: data, count: count)))
    if reports { say(isGood ? "input: good" : "input: refused") }
    return 0
}

/// libFuzzer's wish for another input. Archives are changed inside their entries: a change of packed bytes would only
/// break a checksum.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>?, _ count: Int, _ limit: Int, _ seed: UInt32) -> Int {
    guard let data else { return 0 }
    if target == .agent || target == .archive, seed % 16 > 0,
        let archive = StoredArchive(Array(UnsafeBufferPointer(start: data, count: count)))
    {
        let bytes = archive.mutated(seed: seed).bytes
        guard bytes.count <= limit else { return count }
        data.update(from: bytes, count: bytes.count)
        return bytes.count
    }
    return LLVMFuzzerMutate(data, count, limit)
}
