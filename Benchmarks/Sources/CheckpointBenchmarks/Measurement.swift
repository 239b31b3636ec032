import Foundation
import Rein

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Prints a row for each thing that is measured: time on the clock, warm, and of the processor, in the program and in
/// the system's kernel; the clock rate meanwhile and the program's cycles that follow from it; bytes read from the
/// disk when nothing is cached, and bytes written. Medians, of the first with the extremes.
struct Measurement {
    static let header = """
        | policies | format | what | ms | program, ms | kernel, ms | GHz | program, million cycles | \
        kB read, cold | kB written |
        | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        """

    let policies: Int
    let format: CheckpointFormat

    private struct Sample {
        var wall: Double
        var program: Double
        var kernel: Double
        var clockRate: Double
    }

    /// Measures and prints.
    ///
    /// - Parameters:
    ///   - repetitions: how often it is done.
    ///   - path: the directory to drop from the system's cache before the first run, whose reads are counted.
    func row(_ name: String, repetitions: Int, evicting path: String? = nil, _ body: () throws -> Void) throws {
        if let path { try Self.evict(path) }
        let before = Self.counters()
        try body()
        let after = Self.counters()
        var samples: [Sample] = []
        for _ in 0..<repetitions {
            let clockRate = Self.clockRate
            let start = Self.processorMilliseconds()
            let (seconds, attoseconds) = try ContinuousClock().measure { try body() }.components
            let end = Self.processorMilliseconds()
            samples.append(
                Sample(
                    wall: Double(seconds) * 1e3 + Double(attoseconds) * 1e-15, program: end.program - start.program,
                    kernel: end.kernel - start.kernel, clockRate: (clockRate + Self.clockRate) / 2))
        }
        func text(_ value: Double) -> String { String(format: "%.2f", value) }
        func median(_ value: (Sample) -> Double) -> Double { samples.map(value).sorted()[samples.count / 2] }
        let wall = samples.map(\.wall).sorted()
        let read = path == nil ? "" : text(Double(after.read - before.read) / 1e3)
        let cells = [
            String(policies), format.rawValue, name,
            "\(text(median(\.wall))) [\(text(wall[0]))..\(text(wall[wall.count - 1]))]", text(median(\.program)),
            text(median(\.kernel)), text(median(\.clockRate)), text(median { $0.program * $0.clockRate }), read,
            text(Double(after.written - before.written) / 1e3),
        ]
        print("| \(cells.joined(separator: " | ")) |")
        fflush(nil)
    }

    /// The time that all threads have spent in the program and, on its behalf, in the system's kernel.
    private static func processorMilliseconds() -> (program: Double, kernel: Double) {
        let all = processorNanoseconds
        var usage = rusage()
        #if canImport(Darwin)
        getrusage(RUSAGE_SELF, &usage)
        #else
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #endif
        // The kernel splits a time that it knows exactly by ticks that it counts: take the exact one, and the shares.
        func milliseconds(_ time: timeval) -> Double { Double(time.tv_sec) * 1e3 + Double(time.tv_usec) * 1e-3 }
        let kernel = milliseconds(usage.ru_stime)
        return (all * 1e-6 - kernel, kernel)
    }

    /// The time that all threads have spent, in the program and in the system's kernel.
    static var processorNanoseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    /// The clock rate this thread gets, in GHz, from a chain of multiplications of three cycles and exclusive ors of one.
    private static var clockRate: Double {
        let steps = 200_000
        var value: UInt64 = 0x9e37_79b9_7f4a_7c15
        let elapsed = ContinuousClock().measure {
            for step in 0..<steps { value = (value ^ UInt64(truncatingIfNeeded: step)) &* 0x2545_f491_4f6c_dd1d }
        }
        precondition(value != 0, "the chain is for its time alone")
        return 4 * Double(steps) / (Double(elapsed.components.attoseconds) * 1e-9)
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
