#if Serving
import ReinCheckpoints
import ReinPolicies
import Synchronization

/// A source of models, and the checkpoints that were there when it was last looked at.
final class WatchedSource: Sendable {
    /// What was asked for.
    let source: ModelSource
    /// The path, without slashes at its end.
    let path: String
    private let place: SourcePlace
    private let known = Mutex(Known())

    private struct Known {
        var checkpoints: [KnownCheckpoint] = []
        var generation = 0
    }

    /// Looks for the first time.
    ///
    /// - Throws: `StateError` when nothing is there that models come from.
    init(_ source: ModelSource) throws(StateError) {
        self.source = source
        var path = source.path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        place = try SourcePlace(at: path)
        guard source.normalization == nil || place.isAgent else {
            throw StateError(
                .unsupportedFormat, "a normalisation belongs to an agent of Stable-Baselines3, and this is none",
                path: path)
        }
        let found = try place.checkpoints(at: path, normalization: source.normalization, known: [])
        known.withLock { $0.checkpoints = found }
        if found.isEmpty {
            throw StateError(
                .notFound, "there is no complete checkpoint yet: none has a \(CheckpointManifest.fileName)", path: path)
        }
    }

    /// The checkpoints, the newest first.
    var checkpoints: [KnownCheckpoint] { known.withLock { $0.checkpoints } }

    /// Counts the looks that found something else than the one before, so that everybody sees for himself what is new to him.
    var generation: Int { known.withLock { $0.generation } }

    /// Whether there is a checkpoint of a number.
    func hasCheckpoint(_ number: Int) -> Bool {
        known.withLock { $0.checkpoints.contains { $0.number == number } }
    }

    /// Whether a checkpoint has gone since the last look.
    ///
    /// - Parameter number: which one; the newest when nil.
    func hasLost(_ number: Int?) -> Bool {
        let checkpoint = known.withLock { known in
            number.map { number in known.checkpoints.first { $0.number == number } } ?? known.checkpoints.first
        }
        return checkpoint.map { !$0.isThere } ?? false
    }

    /// Looks what is there now.
    ///
    /// - Returns: whether something has come, gone or changed.
    /// - Throws: `StateError` when the system does not tell; what was known stays.
    func look() throws(StateError) -> Bool {
        let before = checkpoints
        let now = try place.checkpoints(at: path, normalization: source.normalization, known: before)
        guard !now.elementsEqual(before, by: ===) else { return false }
        known.withLock { known in
            known.checkpoints = now
            known.generation += 1
        }
        return true
    }

    /// Opens the newest checkpoints, as many as are served, and closes the others: manifests of thousands of policies are
    /// not to gather in memory. One that is asked for all the same is opened again.
    func open(_ count: Int) {
        var opened = 0
        for checkpoint in checkpoints {
            if opened == count {
                checkpoint.close()
            } else if (try? checkpoint.policies) != nil {
                opened += 1
            }
        }
    }

    /// Forgets which checkpoints could not be opened.
    func forgetProblems() {
        for checkpoint in checkpoints { checkpoint.forgetProblem() }
    }

    /// The names of the models, and the policies that they are, in the newest checkpoint that can be opened.
    ///
    /// - Throws: `StateError` when there is none, or the policies that are asked for are not there.
    func models() throws(StateError) -> [(name: String, id: PolicyID?)] {
        var failure: StateError?
        for checkpoint in checkpoints {
            let ids: [PolicyID]
            do throws(StateError) {
                ids = try checkpoint.policies
            } catch {
                failure = failure ?? error
                continue
            }
            do throws(StateError) {
                return try models(among: ids)
            } catch {
                throw error.path.isEmpty ? error.nested(under: checkpoint.path) : error
            }
        }
        throw failure ?? StateError(.notFound, "there is no complete checkpoint any more", path: path)
    }

    private func models(among ids: [PolicyID]) throws(StateError) -> [(name: String, id: PolicyID?)] {
        guard let name = source.name else {
            let selected = try source.policies?.ids(in: ids) ?? ids
            return selected.map { ($0.string, $0) }
        }
        if let id = source.id {
            return [(name.string, try PolicySelection([id]).ids(in: ids)[0])]
        }
        guard ids.count == 1 else { throw PolicyID.unknown(nil, among: ids, path: path) }
        return [(name.string, ids[0])]
    }
}
#endif
