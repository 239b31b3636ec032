import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Who works on an experiment that lies in a storage: the object `.rein_owner.json` beside it.
///
/// Whoever comes last is the owner; one that was it before finds so, and stops.
struct MirrorOwner: Sendable, Equatable {
    /// The object.
    static let key = ".rein_owner.json"
    private static let sizeLimit = 1 << 16

    /// What tells it from all others.
    let token: String
    /// Its machine.
    let host: String
    /// Its process there.
    let process: Int

    /// This process, with a new token.
    init() {
        token =
            String(UInt64.random(in: .min ... .max), radix: 16) + String(UInt64.random(in: .min ... .max), radix: 16)
        host = HostName.current ?? ""
        process = Int(getpid())
    }

    /// In words.
    var description: String { "process \(process)" + (host.isEmpty ? "" : " on \(host.shortened)") }

    /// The owner of what lies in a storage; nil when there is none, or when what is there says nothing.
    ///
    /// - Throws: `StateError` when the storage does not tell.
    init?(of storage: any Storage, by deadline: StorageDeadline) throws(StateError) {
        let bytes: [UInt8]
        do throws(StateError) {
            bytes = try storage.read(Self.key, limit: Self.sizeLimit, by: deadline)
        } catch {
            guard [.notFound, .outOfRange].contains(error.code) else { throw error }
            return nil
        }
        guard let tree = try? JSON.parse(bytes), let token = try? StateReader(tree).string("token"),
            let host = try? StateReader(tree).string("host"), let process = try? StateReader(tree).int("process")
        else { return nil }
        (self.token, self.host, self.process) = (token, host.escapingControls, process)
    }

    /// Becomes the owner.
    ///
    /// - Throws: `StateError` when that cannot be written.
    func claim(_ storage: any Storage, by deadline: StorageDeadline) throws(StateError) {
        let tree: StateTree = [
            "token": .string(token), "host": .string(host), "process": .int(Int64(process)),
        ]
        try storage.write(StorageContents(Array((JSON.text(tree) + "\n").utf8)), to: Self.key, by: deadline)
    }

    /// Checks that this is still the owner.
    ///
    /// - Throws: `StateError` with `.inUse` when it is not, or when the storage does not tell.
    func require(_ storage: any Storage, by deadline: StorageDeadline) throws(StateError) {
        let owner = try MirrorOwner(of: storage, by: deadline)
        guard owner?.token != token else { return }
        throw StateError(
            .inUse,
            "\(owner?.description ?? "somebody else") has gone on with this experiment, so that it ends here",
            path: storage.uri.place)
    }
}
