import ReinTestSupport
import Synchronization

@testable import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A storage in memory, `held://name/folder`, that can be made to wait before it reads, and counts who downloads.
struct HeldStorage: Storage {
    /// What all storages of a name share.
    final class Gate: Sendable {
        private let isClosed = Atomic(false)
        private let downloads = Atomic(0)

        /// How many have begun to download.
        var downloadCount: Int { downloads.load(ordering: .acquiring) }

        func close() { isClosed.store(true, ordering: .releasing) }
        func open() { isClosed.store(false, ordering: .releasing) }

        fileprivate func pass(_ deadline: StorageDeadline) throws(StateError) {
            downloads.add(1, ordering: .acquiringAndReleasing)
            while isClosed.load(ordering: .acquiring) {
                try deadline.check("held")
                usleep(500)
            }
        }
    }

    private static let gates = Mutex<[String: Gate]>([:])
    private static let names = Counter()
    private let base: MemoryStorage
    let uri: StorageURI
    private let gate: Gate

    private init(_ uri: StorageURI) throws(StateError) {
        self.uri = uri
        base = try MemoryStorage(StorageURI("memory://held-\(uri.authority)/\(uri.path)"))
        gate = Self.gate(uri.authority)
    }

    private static func gate(_ name: String) -> Gate {
        gates.withLock { gates in
            if let gate = gates[name] { return gate }
            let gate = Gate()
            gates[name] = gate
            return gate
        }
    }

    /// An address that nobody has used, and its gate, which is open.
    static func new() throws -> (uri: StorageURI, gate: Gate) {
        StorageSchemes.register("held") { uri throws(StateError) in try HeldStorage(uri) }
        let name = "\(names.next())"
        return (try StorageURI("held://\(name)/checkpoint"), gate(name))
    }

    func list(_ folder: String, by deadline: StorageDeadline) throws(StateError) -> [StorageEntry] {
        try base.list(folder, by: deadline)
    }

    func read(_ key: String, range: Range<Int>, by deadline: StorageDeadline) throws(StateError) -> [UInt8] {
        if key == TransferIndex.completeName { try gate.pass(deadline) }
        return try base.read(key, range: range, by: deadline)
    }

    func write(_ contents: StorageContents, to key: String, by deadline: StorageDeadline) throws(StateError) {
        try base.write(contents, to: key, by: deadline)
    }

    func delete(_ key: String, by deadline: StorageDeadline) throws(StateError) { try base.delete(key, by: deadline) }

    func exists(_ key: String, by deadline: StorageDeadline) throws(StateError) -> Bool {
        try base.exists(key, by: deadline)
    }
}
