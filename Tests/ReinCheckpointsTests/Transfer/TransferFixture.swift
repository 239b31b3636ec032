import ReinTestSupport

@testable import ReinCheckpoints

/// A checkpoint on the disk, and an empty storage for it.
struct TransferFixture {
    let directory: TemporaryDirectory
    let source: String
    let storage: MemoryStorage
    private static let names = Counter()

    init() throws {
        directory = try TemporaryDirectory()
        source = directory.path("checkpoint")
        let policy: StateTree = .map(["weights": .string("w"), "steps": .int(3)])
        let ids = try ["one", "two"].map { try PolicyID($0) }
        try CheckpointDirectory.writeAlgorithm(
            to: source, format: .native, algorithm: .map(["iteration": .int(7)]),
            policies: ids.map { ($0, policy) }, synchronizing: false)
        storage = try Self.memory()
    }

    static func memory() throws -> MemoryStorage {
        try MemoryStorage(StorageURI("memory://transfer-\(names.next())/folder"))
    }

    /// Settings whose pauses take no time.
    static var settings: CheckpointTransfer {
        var settings = CheckpointTransfer()
        settings.pause = { _, deadline throws(StateError) in try deadline.check() }
        return settings
    }

    /// The keys that are there.
    var keys: [String] { get throws { try storage.list().map(\.key) } }

    /// Where a download goes.
    var target: String { directory.path("target") }
}
