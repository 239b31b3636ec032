import Foundation
import Rein

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Prints a row for each thing that is measured: time on the clock and of the processor, warm, median and extremes; bytes
/// read from the disk when nothing is cached; bytes written.
struct Measurement {
    static let header = """
        | policies | format | what | ms | processor ms | kB read, cold | kB written |
        | ---: | --- | --- | ---: | ---: | ---: | ---: |
        """

    let policies: Int
    let format: CheckpointFormat
    let repetitions: Int

    /// Measures and prints.
    ///
    /// - Parameter path: the directory to drop from the system's cache before the first run, whose reads are counted.
    func row(_ name: String, evicting path: String? = nil, _ body: () throws -> Void) throws {
        if let path { try Self.evict(path) }
        let before = Self.counters()
        try body()
        let after = Self.counters()
        var times: [(wall: Double, processor: Double)] = []
        for _ in 0..<repetitions {
            let processor = Self.processorMilliseconds()
            let (seconds, attoseconds) = try ContinuousClock().measure { try body() }.components
            times.append(
                (Double(seconds) * 1e3 + Double(attoseconds) * 1e-15, Self.processorMilliseconds() - processor))
        }
        let wall = times.map(\.wall).sorted()
        let processor = times.map(\.processor).sorted()
        func text(_ value: Double) -> String { String(format: "%.2f", value) }
        func spread(_ values: [Double]) -> String {
            "\(text(values[values.count / 2])) [\(text(values[0]))..\(text(values[values.count - 1]))]"
        }
        let read = path == nil ? "" : text(Double(after.read - before.read) / 1e3)
        let written = text(Double(after.written - before.written) / 1e3)
        print(
            "| \(policies) | \(format.rawValue) | \(name) | \(spread(wall)) | \(spread(processor)) | \(read) | \(written) |"
        )
    }

    private static func processorMilliseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
    }

    /// The bytes that this process has had read from a disk, and has written to files; 0 where the system does not tell.
    private static func counters() -> (read: Int, written: Int) {
        guard let data = FileManager.default.contents(atPath: "/proc/self/io") else { return (0, 0) }
        func counter(_ name: String) -> Int {
            let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line.flatMap { Int($0.dropFirst(name.count + 2)) } ?? 0
        }
        return (counter("read_bytes"), counter("wchar"))
    }

    /// Drops the files below a directory from the system's cache.
    private static func evict(_ path: String) throws {
        #if os(Linux)
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            let file = open("\(path)/\(name)", O_RDONLY)
            guard file >= 0 else { continue }
            fsync(file)
            posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
            close(file)
        }
        #endif
    }
}
