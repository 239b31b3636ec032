import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

struct TrialLogTroubleTests {
    private static let record = TrialRecord(id: "t0", index: 0, configuration: ["lr": 0.5])

    /// Lets files of this process grow to a number of bytes.
    private static func limitFiles(to bytes: Int) throws {
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: 1 << 40)
        #if canImport(Glibc)
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
        #else
        try #require(setrlimit(RLIMIT_FSIZE, &limit) == 0)
        #endif
    }

    @Test("On a full disk results wait, which is said once, and stand in the records when there is room again")
    func full() async {
        await #expect(processExitsWith: .success) {
            try withTemporaryDirectory { folder in
                let log = try TrialLog(folder: "\(folder)/trial", trial: Self.record, searched: ["lr": 0.5])
                func append(_ numbers: ClosedRange<Int>) {
                    for number in numbers {
                        log.append([
                            "training_iteration": .int(Int64(number)),
                            "text": .string(.init(repeating: "x", count: 500)),
                        ])
                    }
                }
                append(1...2)
                try Self.limitFiles(to: 2_000)
                append(3...20)
                let warnings = log.takeWarnings()
                #expect(warnings.count == 1 && warnings[0].contains("File too large"))
                let state = try ExperimentStateFile(in: folder, trainable: "T", at: 0)
                let summary = TrialSummary(record: Self.record, folder: String(repeating: "n", count: 2_000))
                let error = #expect(throws: StateError.self) { try state.write([summary], startTime: 0) }
                #expect(error?.code == .inputOutput && error?.path == state.path)
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["trial"])
                try Self.limitFiles(to: 1 << 20)
                append(21...21)
                #expect(log.finish(isOver: true).count == 1)
                let lines = try RecordedExperiment.lines(of: text(of: "\(folder)/trial/result.json"))
                #expect(lines.map { $0["training_iteration"] } == (1...21).map { .int($0) })
                #expect(try text(of: "\(folder)/trial/progress.csv").split(separator: "\n").count == 22)
            }
        }
    }

    @Test("A folder that may not be written to is said, by whoever wants to write there")
    func readOnly() async {
        await #expect(processExitsWith: .success) {
            try withTemporaryDirectory { folder in
                try RecordedExperiment.write(0, to: "\(folder)/trial")
                let before = try files(below: folder)
                chmod(folder, 0o755)
                chmod("\(folder)/trial", 0o555)
                // The superuser may write everywhere.
                if geteuid() == 0 { try #require(seteuid(65_534) == 0) }
                let errors = [
                    #expect(throws: StateError.self) {
                        _ = try TrialLog(folder: "\(folder)/trial", trial: Self.record)
                    },
                    #expect(throws: StateError.self) {
                        _ = try TrialLog(folder: "\(folder)/other", trial: Self.record)
                    },
                    #expect(throws: StateError.self) {
                        try FailureFile.append(to: "\(folder)/trial", number: 1, "planned", at: 0)
                    },
                    #expect(throws: StateError.self) {
                        try ExperimentStateFile(in: folder, trainable: "T", at: 0).write([], startTime: 0)
                    },
                ]
                for error in errors {
                    #expect(
                        error?.message.contains("Permission denied") == true && error?.path.hasPrefix(folder) == true)
                }
                if geteuid() != 0 { _ = seteuid(0) }
                chmod("\(folder)/trial", 0o755)
                #expect(try files(below: folder) == before)
            }
        }
    }
}
