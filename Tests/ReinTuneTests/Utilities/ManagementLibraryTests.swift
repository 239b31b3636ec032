import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

/// The library of the driver, played by one that is compiled here.
@Suite struct ManagementLibraryTests {
    @Test("a library that cannot be opened, or is another one, is an error that names it")
    func noLibrary() {
        let error = #expect(throws: StateError.self) { try ManagementLibrary(opening: "libnothing-of-the-kind.so.1") }
        #expect(error?.path == "libnothing-of-the-kind.so.1" && error?.code == .notFound)
        let other = #expect(throws: StateError.self) { try ManagementLibrary(opening: "libc.so.6") }
        #expect(other?.description == "libc.so.6: has no function nvmlInit_v2")
    }

    private static let compiler = ["/usr/bin/cc", "/usr/bin/clang", "/usr/bin/gcc"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Compiles a library of two GPUs, the second of which answers with a status, and opens it.
    private func withLibrary(begin: Int = 0, second: Int = 0, _ body: (String) throws -> Void) throws {
        let code = """
            #include <stdio.h>
            #include <string.h>
            struct memory { unsigned long long total, free, used; };
            int nvmlInit_v2(void) { return \(begin); }
            int nvmlShutdown(void) { return 0; }
            const char *nvmlErrorString(int status) { return status == 9 ? "Driver Not Loaded" : "Unknown Error"; }
            int nvmlDeviceGetCount_v2(unsigned *count) { *count = 2; return 0; }
            int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) { *device = (void *)(index + 1L); return 0; }
            int nvmlDeviceGetUUID(void *device, char *text, unsigned length) {
                return snprintf(text, length, "GPU-%ld", (long)device) < 0;
            }
            int nvmlDeviceGetMemoryInfo(void *device, struct memory *memory) {
                memory->total = 1000 * (long)device;
                memory->used = 10;
                memory->free = memory->total - 10;
                return device == (void *)2 ? \(second) : 0;
            }
            """
        let compiler = try #require(Self.compiler)
        try withTemporaryDirectory { directory in
            try code.write(toFile: "\(directory)/nvml.c", atomically: false, encoding: .utf8)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: compiler)
            process.arguments = ["-shared", "-fPIC", "-o", "\(directory)/nvml.so", "\(directory)/nvml.c"]
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
            try body("\(directory)/nvml.so")
        }
    }

    @Test("all GPUs are read", .enabled(if: compiler != nil, "there is no C compiler"))
    func readings() throws {
        try withLibrary { path in
            let library = try ManagementLibrary(opening: path)
            #expect(library.deviceCount == 2)
            let readings = try library.readings()
            #expect(
                readings == [
                    GPUReading(index: 0, uuid: "GPU-1", memoryUsed: 10, memoryTotal: 1_000),
                    GPUReading(index: 1, uuid: "GPU-2", memoryUsed: 10, memoryTotal: 2_000),
                ])
        }
    }

    @Test("a GPU that does not answer is left out", .enabled(if: compiler != nil, "there is no C compiler"))
    func lost() throws {
        try withLibrary(second: 15) { path in
            let readings = try ManagementLibrary(opening: path).readings()
            #expect(readings.map(\.index) == [0])
        }
    }

    @Test("a library without a driver is an error", .enabled(if: compiler != nil, "there is no C compiler"))
    func noDriver() throws {
        try withLibrary(begin: 9) { path in
            let error = #expect(throws: StateError.self) { try ManagementLibrary(opening: path) }
            #expect(error?.description == "\(path): cannot begin: Driver Not Loaded")
            #expect(error?.code == .unavailable)
        }
    }
}
