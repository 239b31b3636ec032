#if os(Linux)
import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

/// Trials of the program `TrialProbe`, and what has become of its processes.
enum ProcessProbe {
    static let path = builtProgram("TrialProbe")

    /// A worker for a definition that the program has by this name.
    static func worker(
        _ name: String = "TroubledTrainable", program: WorkerProgram = WorkerProgram(executable: path)
    ) -> ProcessWorker {
        ProcessWorker(TrainableDefinition(ValueCounter.self, name: name), program: program)
    }

    /// A trial with a name, in a folder.
    static func start(_ configuration: StateMap, in folder: String? = nil, name: String = "seventh") -> TrialStart {
        var context = TrainableContext()
        (context.trialID, context.trialName, context.experimentName) = ("7", name, "all")
        context.folder = folder.map { "\($0)/\(name)" }
        return TrialStart(
            configuration: configuration, context: context,
            output: folder.map { ("\($0)/\(name)/stdout", "\($0)/\(name)/stderr") })
    }

    /// Trains a trial that gets into no trouble.
    ///
    /// - Returns: the number of its process.
    @discardableResult
    static func trainOn(_ worker: ProcessWorker) async throws -> Int {
        try await worker.prepare(start([:]))
        let result = try await worker.step()
        #expect(result["count"] == 1)
        try await worker.release(keeping: false)
        return try StateReader(.map(result.metrics)).int("pid")
    }

    /// Waits until a file is there, and reads the number in it.
    static func number(in path: String) async throws -> Int {
        while !FileManager.default.fileExists(atPath: path) { try await Task.sleep(for: .milliseconds(2)) }
        return try #require(Int(String(contentsOfFile: path, encoding: .utf8)))
    }

    /// Waits until all have ended that a trial has left in its folder.
    static func waitForEndOfChildren(in folder: String) async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("child") }
        #expect(names.count == 4)
        for name in names { try await waitForEnd(of: number(in: "\(folder)/\(name)")) }
    }

    /// Waits until a process has ended, whether anybody has asked how or not.
    static func waitForEnd(of process: Int) async throws {
        while isRunning(process) { try await Task.sleep(for: .milliseconds(2)) }
    }

    static func isRunning(_ process: Int) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let state = text.split(separator: ")").last?.split(separator: " ").first
        else { return false }
        return state != "Z" && state != "X"
    }

    /// Whether the system still knows a process, be it one that has ended.
    static func isKnown(_ process: Int) -> Bool { FileManager.default.fileExists(atPath: "/proc/\(process)") }
}
#endif
