import ArgumentParser
import Rein

/// `rein verify`: whether a checkpoint is whole.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a checkpoint's files, checksums and structure.",
        discussion: """
            Every file is compared with its checksum and read to the end, every policy is put together, and files that \
            do not belong to the checkpoint are named. The exit code is 0 when all is well; otherwise it is 1, and the \
            reason is on standard error. It is 3 when nothing is wrong, but there is no checksum to tell by: of the \
            manifest in checkpoints of earlier versions, of anything in those of other programs.

              rein verify runs/CartPole-v1-ppo-seed0
            """)

    @OptionGroup var source: CheckpointArgument

    func run() throws {
        let directory = try source.open()
        let coverage = try directory.verify()
        switch directory.kind {
        case .policy: try verify(nil, of: directory)
        case .algorithm:
            for id in try directory.policyIDs { try verify(id, of: directory) }
        }
        let words = try CheckpointReport.words(directory)
        switch coverage {
        case .complete: try StandardStream.output.writeLine("\(directory.path): good (\(words))")
        case .allButManifest:
            try StandardStream.output.writeLine(
                "\(directory.path): good, but there is no checksum of the manifest, as an earlier version wrote it (\(words))"
            )
        case .none:
            try StandardStream.output.writeLine(
                "\(directory.path): good as far as can be told: there is no checksum, as another program wrote it (\(words))"
            )
        }
        if coverage != .complete { throw ExitCode(Departure.unprotected) }
    }

    /// Puts a policy together, whose file has been compared with its checksum.
    private func verify(_ id: PolicyID?, of directory: CheckpointDirectory) throws {
        let state = try directory.restorablePolicy(id, verifyingChecksum: false)
        do { _ = try Policy(restoring: state) } catch { throw error.nested(under: directory.place(of: id)) }
    }
}
