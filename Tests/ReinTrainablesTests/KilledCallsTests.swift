#if os(Linux)
import Foundation
import ReinTestSupport
import Testing

@Suite(.timeLimit(.minutes(30))) struct KilledCallsTests {
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Scripts/campaigns/killed-calls").standardizedFileURL.path

    private static var hasCompiler: Bool {
        let folders = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return folders.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/clang") }
    }

    @Test(
        "a store of checkpoints that is killed before any change on the disk goes on as before it or after it",
        .enabled(if: hasCompiler, "there is no clang"))
    func store() throws {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: Self.script)
        process.arguments = ["all", "store"]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["PROBE": builtProgram("TrainableProbe"), "ONCE": "1"]) { $1 }
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(output)")
        let kills = output.split(separator: "\n").last?.split(separator: " ").first.flatMap { Int($0) }
        #expect(kills ?? 0 > 100 && output.hasSuffix(" kills, 0 findings\n"), "\(output)")
    }
}
#endif
