/// A checkpoint as a value: of an algorithm with its policies, of one policy, or of anything else that is worth keeping.
///
///     let before = try algorithm.checkpoint()
///     _ = try algorithm.train()
///     try algorithm.restore(from: before)
///
/// It has several faces, which turn into each other without loss: a dictionary, a directory, bytes, and an address in a
/// storage. A dictionary is a `StateMap`; that of an algorithm has its state under `algorithm_state` and those of its
/// policies under `policies` and `replay` by their ids, that of a policy has it under `policy_state`; files by which other
/// programs run policies are under `model`. Entries of bytes are files in a directory, and maps of such are folders, so
/// that a directory of any files is a dictionary, too. What is added to either face is kept.
///
/// The value never changes what it was made of, but for `setMetadata` and `updateMetadata`, which write into a directory.
public struct Checkpoint: Sendable {
    /// What there is.
    enum Content: Sendable {
        /// The states of an algorithm or a policy, and what else is in the dictionary.
        case states(MemorySource, others: StateMap)
        /// A dictionary of something else.
        case dictionary(StateMap)
        /// The files of a directory, in memory.
        case files(FileTree)
        /// A directory, by its absolute path.
        case directory(String)
        /// What lies in a storage.
        case remote(RemoteCheckpoint)
    }

    /// What there is; whoever changes it makes a new `copy`.
    var content: Content
    /// What was noted about a checkpoint that is no files and no directory.
    var notes: StateMap = [:]
    /// What the driver of a trainable keeps in a checkpoint that is no files and no directory.
    var savedProgress: StateMap?
    /// What keeps the directory on the disk for as long as the value is there, if anything does.
    var keeper: (any AnyObject & Sendable)?
    /// Where those who need a directory share one, if there is none.
    var copy = TemporaryCopy()

    @inline(never)  // Once for its many callers, to whom a call is nothing.
    init(_ content: Content) { self.content = content }

    /// The checkpoint of an algorithm.
    ///
    /// - Parameters:
    ///   - state: the state of the algorithm without its policies.
    ///   - policies: the states of the policies, in the order of the algorithm, each id once.
    ///   - replays: the replay of policies whose method has one.
    /// - Throws: `StateError` for an id that appears twice, and for a replay without a policy.
    public init(
        algorithm state: StateTree, policies: [(PolicyID, StateTree)], replays: [PolicyID: ReplayState] = [:]
    ) throws(StateError) {
        let ids = policies.map(\.0)
        if let stranger = PolicyID.firstStranger(in: Array(replays.keys), among: ids) {
            throw StateError(
                .unknownPolicy, "a replay, but no policy \"\(stranger)\" is given", path: MemorySource.name)
        }
        let source = try MemorySource(
            algorithm: state, policies: ids, states: policies.map(\.1), replays: ids.map { replays[$0] ?? .none })
        self.init(.states(source, others: [:]))
    }

    /// The checkpoint of an algorithm, with files by which other programs run its policies; see the other initialiser.
    ///
    /// - Parameter policies: the policies, in the order of the algorithm, each id once. What is to be made of them is made
    ///   now.
    /// - Throws: `StateError` for an id that appears twice, and for a file that cannot be made.
    package init(
        algorithm state: StateTree, policies: [(id: PolicyID, contents: PolicyContents)]
    ) throws(StateError) {
        var models: [[ModelFile]] = []
        for policy in policies {
            var files: [ModelFile] = []
            for file in policy.contents.models { files.append(try file.inMemory()) }
            models.append(files.sorted(byBytesOf: \.name))
        }
        let source = try MemorySource(
            algorithm: state, policies: policies.map(\.id), states: policies.map(\.contents.state.tree),
            replays: policies.map(\.contents.replay), models: models)
        self.init(.states(source, others: [:]))
    }

    /// The checkpoint of a policy.
    ///
    /// - Parameter state: the state of the policy.
    public init(policy state: StateTree) { self.init(.states(MemorySource(policy: state), others: [:])) }

    /// The same checkpoint once more.
    public init(_ other: Checkpoint) { self = other }

    /// Makes a checkpoint of a dictionary, which shares its tensors and is not changed.
    ///
    /// - Throws: `StateError` when there is nothing in it, and for `policies` or `replay` beside an `algorithm_state` that
    ///   are not by ids of policies.
    public init(dictionary: StateMap) throws(StateError) {
        guard !dictionary.isEmpty else { throw Self.withoutData }
        var others = dictionary
        if let states = try MemorySource.taken(from: &others) {
            self.init(.states(states, others: others))
        } else {
            self.init(.dictionary(dictionary))
        }
    }

    /// Makes a checkpoint of a directory, of which nothing is read yet, and which has to stay.
    ///
    /// - Parameter path: the checkpoint of an algorithm or a policy, whoever wrote it, or any other directory.
    /// - Throws: `StateError` when there is none.
    public init(directory path: String) throws(StateError) {
        guard try LocalFile.isDirectory(path), let absolute = try LocalFile.absolutePath(path) else {
            throw StateError(.notFound, "there is no such directory", path: path)
        }
        self.init(.directory(absolute))
    }

    /// Makes a checkpoint of bytes that `bytes()` gave, or of any other zip archive.
    ///
    /// - Throws: `StateError` that names the entry: for damage, names that lead elsewhere or are there twice, links and
    ///   devices, and sizes that are not those of the bytes or far more than those can hold.
    public init(bytes: [UInt8]) throws(StateError) {
        let files = try FileTree(archive: StateBytes(sharing: bytes))
        guard !files.isEmpty else { throw Self.withoutData }
        self.init(.files(files))
    }

    private static let withoutData = StateError(.missingKey, "a checkpoint without data", path: MemorySource.name)
}

extension Checkpoint {
    /// The faces that a checkpoint has by itself, before anybody asks for another.
    public enum Representation: Sendable, Hashable {
        /// A dictionary in memory.
        case dictionary
        /// Files in memory.
        case bytes
        /// A directory.
        case directory
        /// An address in a storage.
        case uri
    }

    /// Which face it has by itself.
    public var representation: Representation {
        switch content {
        case .states, .dictionary: .dictionary
        case .files: .bytes
        case .directory: .directory
        case .remote: .uri
        }
    }

    /// The absolute path of its directory; nil when it lies in memory or in a storage.
    public var path: String? {
        if case .directory(let path) = content { path } else { nil }
    }
}
