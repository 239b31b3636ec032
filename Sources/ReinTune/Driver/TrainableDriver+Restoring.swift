public import ReinCheckpoints

extension TrainableDriver {
    /// What was restored.
    public struct Restored: Sendable, Equatable {
        /// The directory or the address; nil of one in memory.
        public var place: String?
        /// The checkpoints that were tried before, newest first, each with what is wrong with it.
        public var skipped: [Skipped] = []

        /// A checkpoint that could not be restored.
        public struct Skipped: Sendable, Equatable {
            /// The directory or the address.
            public var place: String
            /// What is wrong with it.
            public var reason: String
        }
    }

    /// Goes on from a checkpoint: with its state, its counts and its experiment id. What counts since the last restore
    /// begins anew. When it fails, everything is as it was; if an object has changed and cannot be put back, the error says
    /// so, and the trainable is of no use before a restore has succeeded.
    ///
    /// - Parameters:
    ///   - checkpoint: what `save` or `saveToObject` gave, or one of a `CountingTrainable` that nobody counted.
    ///   - fallsBack: whether the newest good checkpoint in the folder of the trainable, or in the remote one, will do
    ///     when this one is damaged or gone.
    /// - Returns: which one it was, and what is wrong with those that were passed over.
    /// - Throws: what the trainable throws, and `StateError` for a checkpoint that is damaged, whose counts are missing,
    ///   or whose parameters have not been given again.
    @discardableResult
    public func restore(
        from checkpoint: Checkpoint, fallingBackToLatest fallsBack: Bool = false
    ) async throws -> Restored {
        try await working("restore", evenUnfit: true) {
            try await restoreFirst(
                of: [RestoreCandidate(place: checkpoint.path ?? checkpoint.uri?.description) { checkpoint }],
                fallsBack: fallsBack)
        }
    }

    /// Goes on from a checkpoint in a directory or at an address; see `restore(from:fallingBackToLatest:)`. A directory
    /// that is not there is looked for in the remote folder by its name.
    ///
    /// - Throws: as there.
    @discardableResult
    public func restore(
        from place: String, fallingBackToLatest fallsBack: Bool = false
    ) async throws -> Restored {
        try await working("restore", evenUnfit: true) {
            let remote = context.remoteFolder
            let candidate = RestoreCandidate(place: place) { () throws(StateError) in
                if place.contains("://") { return try Checkpoint(uri: place) }
                do throws(StateError) { return try Checkpoint(directory: place) } catch {
                    guard error.code == .notFound, let remote else { throw error }
                    return try Checkpoint(uri: remote.appending(lastComponent(of: place)))
                }
            }
            return try await restoreFirst(of: [candidate], fallsBack: fallsBack)
        }
    }

    /// Goes on from the newest good checkpoint in the folder of the trainable or in its remote one.
    ///
    /// - Returns: which one it was, and what is wrong with those that were passed over.
    /// - Throws: as `restore(from:fallingBackToLatest:)`; `StateError` with `.notFound` when there is none.
    @discardableResult
    public func restoreLatest() async throws -> Restored {
        try await working("restore", evenUnfit: true) { try await restoreFirst(of: [], fallsBack: true) }
    }

    /// Goes on from what `saveToObject` gave.
    ///
    /// - Throws: as `restore(from:fallingBackToLatest:)`.
    public func restoreFromObject(_ checkpoint: Checkpoint) async throws {
        try await working("restore", evenUnfit: true) { try await take(checkpoint) }
    }

    /// Restores the first candidate that is good; after those that are given, when it may fall back, the others there are.
    private func restoreFirst(of given: [RestoreCandidate], fallsBack: Bool) async throws -> Restored {
        var restored = Restored()
        var first: (any Error)?
        var candidates = given[...]
        var mayFallBack = fallsBack
        while true {
            if candidates.isEmpty, mayFallBack {
                mayFallBack = false
                let tried = Set(restored.skipped.map(\.place))
                candidates = try earlierCheckpoints().filter { !tried.contains($0.place ?? "") }[...]
            }
            guard let candidate = candidates.popFirst() else { throw Self.nothingGood(first, restored.skipped) }
            do {
                try await take(candidate.open())
                restored.place = candidate.place
                return restored
            } catch let error as CancellationError {
                throw error
            } catch {
                first = first ?? error
                restored.skipped.append(.init(place: candidate.place ?? "checkpoint", reason: "\(error)"))
            }
        }
    }

    /// The checkpoints in the folder of the trainable and in its remote one, newest first.
    private func earlierCheckpoints() throws(StateError) -> [RestoreCandidate] {
        var found: [(iteration: Int, candidate: RestoreCandidate)] = []
        if let folder = context.folder ?? temporaryFolder {
            for name in try LocalFile.names(in: folder) {
                guard let iteration = Self.iteration(ofCheckpoint: name) else { continue }
                let path = "\(folder)/\(name)"
                found.append(
                    (
                        iteration,
                        RestoreCandidate(place: path) { () throws(StateError) in try Checkpoint(directory: path) }
                    ))
            }
        }
        if let remote = context.remoteFolder {
            for name in try remoteNames(in: remote) {
                guard let iteration = Self.iteration(ofCheckpoint: name) else { continue }
                let uri = try remote.appending(name)
                // One on the disk comes first.
                guard !found.contains(where: { $0.iteration == iteration }) else { continue }
                found.append(
                    (
                        iteration,
                        RestoreCandidate(place: uri.description) { () throws(StateError) in try Checkpoint(uri: uri) }
                    ))
            }
        }
        return found.sorted { $0.iteration > $1.iteration }.map(\.candidate)
    }

    private func remoteNames(in remote: StorageURI) throws(StateError) -> [String] {
        let keys = try StorageSchemes.storage(at: remote).list("", by: StorageDeadline(after: context.transferLimit))
        return Set(keys.compactMap { $0.key.split(separator: "/").first.map(String.init) }).sorted()
    }

    private static func iteration(ofCheckpoint name: String) -> Int? {
        guard name.hasPrefix("checkpoint_"), let number = Int(name.dropFirst("checkpoint_".count)), number >= 0,
            checkpointName(number) == name
        else { return nil }
        return number
    }

    private static func nothingGood(_ first: (any Error)?, _ skipped: [Restored.Skipped]) -> any Error {
        guard skipped.count > 1 else { return first ?? StateError(.notFound, "there is no checkpoint") }
        let list = skipped.map { "\($0.place): \($0.reason)" }.joined(separator: "; ")
        return StateError((first as? StateError)?.code ?? .malformed, "no checkpoint can be restored (\(list))")
    }

    /// Loads a checkpoint, which may lie in a storage, and takes over what was counted, or leaves everything as it was.
    private func take(_ checkpoint: Checkpoint) async throws {
        guard checkpoint.representation == .uri else { return try await takeLocal(checkpoint) }
        let folder = try LocalFile.makeTemporaryDirectory("rein-trainable")
        defer { LocalFile.removeTemporaryDirectory(folder) }
        let copy = try await checkpoint.download(to: "\(folder)/checkpoint", by: transfer)
        // A function keeps it for longer than the directory is there.
        try await takeLocal(function == nil ? copy : Checkpoint(bytes: copy.bytes()))
    }

    private func takeLocal(_ checkpoint: Checkpoint) async throws {
        try checkpoint.verify()
        let saved = try checkpoint.progress().map { state throws(StateError) in try TrainableProgress(state) }
        if let saved { try requireParameters(saved.parameterNames) }
        guard saved != nil || trainable is any CountingTrainable else {
            throw StateError(
                .missingKey, "was saved by nobody who counts: it does not tell how far training was",
                path: checkpoint.path ?? "checkpoint")
        }
        // Rows after this one are written once more.
        try log?.finish()
        try await load(checkpoint)
        log = nil
        if let saved {
            progress = saved
        } else if let counting = trainable as? any CountingTrainable {
            progress = TrainableProgress(experimentID: progress.experimentID)
            progress.iterations = counting.completedIterations
        }
        progress.parameterNames = context.parameters.names
        progressOfReport = progress
        sinceRestore = SinceRestore()
    }

    /// Loads a checkpoint, or leaves the trainable as it was.
    private func load(_ checkpoint: Checkpoint) async throws {
        if function != nil { return try await trainable.load(checkpoint) }
        var before = Result<Checkpoint, any Error>.failure(StateError(.unavailable, unfitness ?? ""))
        let isKept = unfitness == nil && !(trainable is any AtomicallyLoading) && SharedParts.mayBe(in: trainable)
        if isKept {
            do {
                before = .success(try await trainable.checkpoint())
            } catch let error as CancellationError {
                throw error
            } catch {
                // Perhaps there is nothing to save yet.
                before = .failure(error)
            }
        }
        do {
            var copy = trainable
            try await copy.load(checkpoint)
            trainable = copy
            unfitness = nil
        } catch {
            // What is a value is as it was; objects that a copy shares have to be put back.
            if isKept { try await putBack(before, after: error) }
            throw error
        }
    }

    /// Gives the trainable the state that it had before a load that failed.
    private func putBack(_ before: Result<Checkpoint, any Error>, after error: any Error) async throws {
        do { try await trainable.load(before.get()) } catch let failure {
            unfitness = "a restore failed, and the trainable could not be put back: \(failure)"
            throw StateError(
                (error as? StateError)?.code ?? .malformed,
                "cannot be restored: \(error); nor could it be put back: \(failure)", path: definition.name)
        }
    }

    private func requireParameters(_ names: [String]) throws(StateError) {
        let missing = Set(names).subtracting(context.parameters.names).sorted()
        guard let name = missing.first else { return }
        let others = missing.count == 1 ? "" : " (and \(missing.count - 1) more)"
        throw StateError(
            .missingKey,
            "was trained with the parameter \"\(name.shortened)\"\(others), which is not saved: give it again by "
                + "withParameter", path: definition.name)
    }
}

/// A checkpoint that may be restored.
struct RestoreCandidate {
    var place: String?
    var open: () throws(StateError) -> Checkpoint
}
