#if os(Linux)
import Foundation
import ReinCheckpoints
import ReinProcesses
import ReinTestSupport
import Testing

/// What becomes of workers, and of what they hold, in a process of its own.
@Suite(.enabled(if: RealPython.isThere, "\(RealPython.message)"), .timeLimit(.minutes(5)))
struct KilledTrainerTests {
    /// The processes that a process has started.
    private func children(of process: Int32) throws -> [Int32] {
        try LocalFile.names(in: "/proc").compactMap { Int32($0) }.filter { child in
            // After the name in parentheses: the state, then the parent.
            let fields = (SystemText.file("/proc/\(child)/stat") ?? "").split(separator: ")").last?.split(
                separator: " ")
            return fields.map { $0.count > 1 && Int32($0[1]) == process } ?? false
        }
    }

    private func isAlive(_ process: Int32) -> Bool {
        guard let status = SystemText.file("/proc/\(process)/stat") else { return false }
        // One that nobody has waited for is no process any more.
        return status.split(separator: ")").last?.split(separator: " ").first != "Z"
    }

    private func eventually(_ seconds: Int, _ condition: () throws -> Bool) rethrows -> Bool {
        for _ in 0..<seconds * 100 {
            if try condition() { return true }
            usleep(10_000)
        }
        return false
    }

    @Test("Workers that are stopped leave no open file")
    func openFiles() throws {
        RealPython.addModules()
        let output = try OpenStream.pipe()
        let trainer = try SpawnedProcess(
            builtProgram("GymnasiumProbe"), ["leaks", RealPython.path], passing: [(output.writing.descriptor, 1)])
        trainer.waitForEnd()
        #expect(trainer.end == .exit(code: 0))
        var text = [UInt8](repeating: 0, count: 100)
        let count = read(output.reading.descriptor, &text, 100)
        let words = String(decoding: text[..<max(count, 0)], as: UTF8.self).split { $0.isWhitespace }
        let numbers = words.compactMap { Int($0) }
        #expect(numbers.count == 2 && numbers[0] == numbers[1], "\(numbers)")
    }

    @Test(
        "No worker outlives its trainer, whatever it is doing, and nothing is left in /dev/shm",
        arguments: ["gymnasium:CartPole-v1", "python:troubled_environments:make_busy"])
    func killed(environment: String) throws {
        RealPython.addModules()
        let shared = try LocalFile.names(in: "/dev/shm")
        let output = try OpenStream.pipe()
        let trainer = try SpawnedProcess(
            builtProgram("GymnasiumProbe"), [environment, RealPython.path],
            passing: [(output.writing.descriptor, 1)])
        defer { trainer.release() }
        #expect(output.reading.isReadable(within: .seconds(60)))
        // Some steps, so that the busy ones are busy.
        usleep(500_000)
        let workers = try children(of: trainer.id)
        #expect(workers.count == 3 && workers.allSatisfy(isAlive))
        kill(trainer.id, SIGKILL)
        #expect(trainer.hasEnded(within: .seconds(5)))
        #expect(eventually(1) { !workers.contains(where: isAlive) })
        #expect(try LocalFile.names(in: "/dev/shm") == shared)
    }
}
#endif
