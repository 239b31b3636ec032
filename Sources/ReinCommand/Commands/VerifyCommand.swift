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
        // Files have been compared with their checksums.
        let saved = SavedCheckpoint(DirectorySource(directory, verifyingChecksums: false))
        switch directory.kind {
        case .policy: try Self.verify(nil, of: saved)
        case .algorithm:
            for id in try directory.policyIDs { try Self.verify(id, of: saved) }
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
        if coverage != .complete { throw ExitCode(ExitStatus.unprotected) }
    }

    /// Puts a policy together.
    private static func verify(_ id: PolicyID?, of checkpoint: SavedCheckpoint) throws {
        let state = try checkpoint.policy(id)
        do { _ = try Policy(restoring: state) } catch { throw error.nested(under: checkpoint.location(of: id)) }
    }
}
