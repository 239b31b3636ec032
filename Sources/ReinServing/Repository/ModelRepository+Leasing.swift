#if Serving
import ReinCheckpoints
import Synchronization

/// Using models.
extension ModelRepository {
    /// Leases a model that is in memory. No file is read, and nothing allocated.
    ///
    /// - Parameters:
    ///   - name: the name of the model.
    ///   - version: which version; the newest that is ready when nil.
    /// - Returns: nil when it has to be loaded first: see `leaseLoading`.
    /// - Throws: `ServingError` with `.notFound` for a model or version that is not there, and `.unavailable` for one that
    ///   was unloaded or cannot be loaded, with the reason.
    public func lease(_ name: String, version: String? = nil) throws(ServingError) -> ModelLease? {
        try lease(name, version, use: context.nextUse())
    }

    private func lease(_ name: String, _ version: String?, use: Int?) throws(ServingError) -> ModelLease? {
        let entry = try entry(name)
        guard let version else { return try entry.lease(nil, use: use) }
        guard let number = Self.number(version) else { throw Self.unknown(version, of: entry) }
        if let lease = try entry.lease(number, use: use) { return lease }
        guard entry.source.hasCheckpoint(number) else { throw Self.unknown(version, of: entry) }
        return nil
    }

    /// Leases a model, and loads it before unless it is in memory; the calling thread reads its file.
    ///
    /// - Parameters:
    ///   - name: the name of the model.
    ///   - version: which version; the newest that can be used when nil.
    /// - Throws: `ServingError` as `lease`.
    public func leaseLoading(_ name: String, version: String? = nil) throws(ServingError) -> ModelLease {
        let number = version.flatMap(Self.number)
        // Those who train delete checkpoints at any time, also between looking for them and reading one.
        for _ in 0..<Self.attempts {
            if let lease = try lease(name, version: version) { return lease }
            let entry = try entry(name)
            if let lease = try load(entry, number) {
                limitMemory()
                return lease
            }
            looking.withLock { _ in look(at: entry.source) }
        }
        throw ServingError(.unavailable, "model \"\(name)\" is unavailable: \(Self.deleted)")
    }

    /// Why nothing was loaded of what the last look has found.
    static let deleted = "its checkpoints are deleted before they have been read"

    /// How often is looked for checkpoints to read in the place of those that are gone.
    private static let attempts = 4

    /// Loads a model.
    ///
    /// - Returns: nil when what there was to be read has gone since the last look.
    private func load(_ entry: ModelEntry, _ number: Int?) throws(ServingError) -> ModelLease? {
        try entry.work.withLock { _ throws(ServingError) -> ModelLease? in
            // Loaded by somebody else meanwhile, or known to be impossible.
            let use = context.nextUse()
            if let lease = try entry.lease(number, use: use) { return lease }
            var outcome = if let number { entry.load(version: number) } else { entry.raise() }
            if let lease = outcome.lease.take() { return lease }
            if let lease = try entry.lease(number, use: use) { return lease }
            if let problem = outcome.problem {
                throw ServingError(.unavailable, "model \"\(entry.name)\" is unavailable: \(problem)")
            }
            if let number, !entry.source.hasLost(number) { throw Self.unknown(String(number), of: entry) }
            return nil
        }
    }

    /// Whether a version of a model answers: it is in memory, or can be read as far as anybody knows. Asking is no use of
    /// it.
    ///
    /// - Throws: `ServingError` with `.notFound` for a model or version that is not there.
    public func isReady(_ name: String, version: String? = nil) throws(ServingError) -> Bool {
        do throws(ServingError) {
            _ = try lease(name, version, use: nil)
            return true
        } catch {
            guard error.kind == .unavailable else { throw error }
            return false
        }
    }

    /// Whether there is a model that answers, could be read as far as anybody knows, or was unloaded because somebody asked
    /// for that: false when none of them can be used.
    public var hasUsableModel: Bool { entries.contains { !$0.isUnusable } }

    /// The number that a version is: digits without zeros before them.
    private static func number(_ version: String) -> Int? {
        var number: Int?
        for digit in version.utf8 {
            guard (0x30...0x39).contains(digit), number != 0 else { return nil }
            let (product, overflows) = (number ?? 0).multipliedReportingOverflow(by: 10)
            let (sum, exceeds) = product.addingReportingOverflow(Int(digit) - 0x30)
            guard !overflows, !exceeds else { return nil }
            number = sum
        }
        return number
    }

    private static func unknown(_ version: String, of entry: ModelEntry) -> ServingError {
        let versions = entry.versions().map(String.init).joined(separator: ", ")
        return ServingError(
            .notFound,
            "model \"\(entry.name)\" has no version \"\(version.shortened)\"; "
                + (versions.isEmpty ? "none is there" : "there are \(versions)"))
    }
}
#endif
