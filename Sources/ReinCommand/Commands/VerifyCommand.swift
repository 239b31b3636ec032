import ArgumentParser
import Rein

/// `rein verify`: whether a checkpoint is whole.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a checkpoint's files, checksums and structure.",
        discussion: """
            Every file is compared with its checksum and read to the end, and every policy is put together. The exit \
            code is 0 when all is well; otherwise it is 1, and the reason is on standard error.

              rein verify runs/CartPole-v1-ppo-seed0
            """)

    @OptionGroup var source: CheckpointArgument

    func run() throws {
        let directory = try source.open()
        try directory.verify()
        switch directory.kind {
        case .policy: _ = try Policy(restoring: directory.restorablePolicy())
        case .algorithm:
            for id in try directory.policyIDs {
                let state = try directory.restorablePolicy(id, verifyingChecksum: false)
                do { _ = try Policy(restoring: state) } catch { throw error.nested(under: "policies/\(id)") }
            }
        }
        try StandardStream.output.writeLine("\(directory.path): good (\(try CheckpointReport.words(directory)))")
    }
}
