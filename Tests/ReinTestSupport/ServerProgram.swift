public import Foundation
import Synchronization

/// A program beside the tests that runs until it is told to end, and says on standard error what it does. It does not outlive
/// the test.
public final class ServerProgram: Sendable {
    /// How the program ended.
    public struct End: Sendable {
        /// Whether by itself.
        public let reason: Process.TerminationReason
        /// Its status, or the signal.
        public let status: Int32
        /// What it said.
        public let said: String
    }

    /// It has not said what was waited for.
    public struct Silence: Error, CustomStringConvertible {
        /// What was waited for, and what it has said.
        public let description: String
    }

    private let said = Mutex("")
    private let changed = DispatchSemaphore(value: 0)
    private let process: Process
    private let pipe = Pipe()

    /// Starts a program, calls `body` with it on a thread of its own, and waits for its end.
    ///
    /// - Parameters:
    ///   - name: the program.
    ///   - arguments: its arguments.
    ///   - start: what it says when it has started.
    ///   - body: has it end; after an error the program is killed.
    public static func run(
        _ name: String, _ arguments: [String], until start: String,
        _ body: @escaping @Sendable (ServerProgram) throws -> Void
    ) async throws -> End {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let program = try ServerProgram(name, arguments)
                        defer { program.send(SIGKILL) }
                        try program.wait(for: start)
                        try body(program)
                        program.process.waitUntilExit()
                        // The end of what it says comes by another thread.
                        let limit = ContinuousClock.now + .seconds(20)
                        while program.pipe.fileHandleForReading.readabilityHandler != nil, ContinuousClock.now < limit {
                            _ = program.changed.wait(timeout: .now() + .milliseconds(100))
                        }
                        return End(
                            reason: program.process.terminationReason, status: program.process.terminationStatus,
                            said: program.text)
                    })
            }
        }
    }

    private init(_ name: String, _ arguments: [String]) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: builtProgram(name))
        process.arguments = arguments
        process.standardError = pipe
        pipe.fileHandleForReading.readabilityHandler = { [self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            said.withLock { $0 += String(decoding: data, as: UTF8.self) }
            changed.signal()
        }
        try process.run()
    }

    /// The number of the process.
    public var processID: Int32 { process.processIdentifier }

    /// Sends it a signal, unless it has ended.
    public func send(_ signal: Int32) {
        if process.isRunning { kill(process.processIdentifier, signal) }
    }

    /// What it has said.
    public var text: String { said.withLock { $0 } }

    /// Waits until it has said something a number of times.
    public func wait(for text: String, times: Int = 1) throws {
        let limit = ContinuousClock.now + .seconds(30)
        while said.withLock({ $0.ranges(of: text).count }) < times {
            guard process.isRunning, ContinuousClock.now < limit else {
                throw Silence(description: "\(text): not said \(times) times in: \(self.text)")
            }
            _ = changed.wait(timeout: .now() + .milliseconds(100))
        }
    }

    /// The number that it said first behind some text, as a port behind an address.
    public func number(behind text: String) throws -> Int {
        let number = self.text.firstRange(of: text).flatMap { place in
            Int(self.text[place.upperBound...].prefix { $0.isNumber })
        }
        guard let number else { throw Silence(description: "\(text): no number behind it in: \(self.text)") }
        return number
    }

    /// Has the largest memory that the process has had so far forgotten, where the system can do that.
    public func forgetPeakMemory() {
        try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/\(processID)/clear_refs"))
    }

    /// The largest memory that the process has had in bytes; nil where the system does not tell.
    public var peakMemory: Int? {
        guard let status = try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8),
            let place = status.firstRange(of: "VmHWM:")
        else { return nil }
        return Int(status[place.upperBound...].drop { $0.isWhitespace }.prefix { $0.isNumber }).map { $0 << 10 }
    }
}
