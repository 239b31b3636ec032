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
        case .policy: try verify(nil, of: directory)
        case .algorithm:
            for id in try directory.policyIDs { try verify(id, of: directory) }
        }
        try StandardStream.output.writeLine("\(directory.path): good (\(try CheckpointReport.words(directory)))")
    }

    /// Puts a policy together, whose file has been compared with its checksum.
    private func verify(_ id: PolicyID?, of directory: CheckpointDirectory) throws {
        let state = try directory.restorablePolicy(id, verifyingChecksum: false)
        do { _ = try Policy(restoring: state) } catch { throw error.nested(under: directory.place(of: id)) }
    }
}
