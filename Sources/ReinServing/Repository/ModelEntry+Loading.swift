#if Serving
import ReinCheckpoints
import ReinPolicies
import Synchronization

/// Loading versions. Whoever calls these holds `work`.
extension ModelEntry {
    /// What came of an attempt. The lease keeps what was loaded in memory until whoever asked for it has it.
    struct Outcome: ~Copyable {
        /// The version that answers, if there is one now.
        var lease: ModelLease?
        /// Why something newer than that cannot be used.
        var problem: String?
    }

    /// Sees to it that requests without a version are answered by the newest one that can be used.
    ///
    /// - Parameter retrying: whether to try again what has failed and not changed.
    func raise(retrying: Bool = false) -> Outcome {
        let floor = state.withLock { $0.floor }
        var outcome = Outcome()
        var isOlderLeft = false
        for checkpoint in source.checkpoints.prefix(context.depth) {
            if let floor, checkpoint.number < floor {
                isOlderLeft = true
                break
            }
            if let model = takeLoaded(checkpoint) {
                outcome.lease = ModelLease(begun: model)
                break
            }
            var problem: String?
            if let model = load(checkpoint, retrying: retrying, &problem) {
                outcome.lease = publish(model, checkpoint.stamp, isNewest: true)
                break
            }
            outcome.problem = outcome.problem ?? problem
        }
        tidy()
        let problem = outcome.problem
        // What was known is gone, as it is when somebody trains, and nobody has looked since: the next request does.
        let isOutdated = problem == nil && state.withLock { $0.newest == nil } && source.hasLost(nil)
        state.withLock { state in
            guard state.newest == nil, problem != nil || !isOutdated else {
                state.problem = nil
                return
            }
            state.problem =
                problem
                ?? (isOlderLeft
                    ? "version \(floor ?? 0), which has answered, is gone, and those that are left are older; unload the "
                        + "model and load it to go back"
                    : "none of the checkpoints at \(source.path) has it any more")
        }
        return outcome
    }

    /// Loads a version that somebody asks for by its number.
    ///
    /// - Returns: what was loaded, or why it was not; neither when it is none of those that are served.
    func load(version number: Int) -> Outcome {
        guard let checkpoint = window().first(where: { $0.number == number }) else { return Outcome() }
        var outcome = Outcome()
        if let model = load(checkpoint, retrying: false, &outcome.problem) {
            let newest = state.withLock { $0.newest?.number ?? $0.floor }
            let isNewest = newest.map { number > $0 } ?? false
            outcome.lease = publish(model, checkpoint.stamp, isNewest: isNewest)
            tidy()
        }
        return outcome
    }

    /// The version of a checkpoint if it is in memory as the checkpoint is now, with a lease begun. It answers requests
    /// without a version from now on.
    private func takeLoaded(_ checkpoint: KnownCheckpoint) -> ServedModel? {
        state.withLock { state in
            let place = state.loaded.firstIndex {
                $0.model.number == checkpoint.number && $0.stamp == checkpoint.stamp
            }
            guard let place else { return nil }
            let model = state.loaded[place].model
            model.beginLease()
            state.answer(with: model)
            return model
        }
    }

    /// Reads a version, and lets it act once.
    ///
    /// - Returns: nil when it is not there, or cannot be used and `problem` says why.
    private func load(_ checkpoint: KnownCheckpoint, retrying: Bool, _ problem: inout String?) -> ServedModel? {
        let (number, start) = (checkpoint.number, ContinuousClock().now)
        // Before anything is read, so that whatever changes meanwhile is seen to have changed.
        let stamp = checkpoint.stamp(of: id)
        let failure = state.withLock { state in
            state.loading = number
            return state.failures.first { $0.number == number }
        }
        defer { state.withLock { $0.loading = nil } }
        if let failure, failure.stamp == stamp, !retrying {
            problem = failure.reason
            return nil
        }
        let policy: Policy
        do throws(StateError) {
            guard try checkpoint.contains(id) else { return nil }
            policy = try checkpoint.policy(id)
        } catch {
            // Deleted by whoever trains, which is no failure.
            guard checkpoint.isThere else { return nil }
            problem = error.description
            note(Failure(number: number, stamp: stamp, reason: error.description), failure)
            return nil
        }
        if let reason = policy.trialProblem {
            problem = reason
            note(Failure(number: number, stamp: stamp, reason: reason), failure)
            return nil
        }
        let model = ServedModel(
            name: name, number: number, policy: policy, cost: ActingCost(measuring: policy), gauge: context.gauge,
            metrics: context.metrics, requests: state.withLock { $0.requests[number] } ?? RequestCounts())
        if !context.configuration.allowsSpaceChange,
            let reason = state.withLock({ $0.interface?.difference(from: model) })
        {
            problem = reason
            note(Failure(number: number, stamp: stamp, reason: reason), failure, isOfSpace: true)
            return nil
        }
        context.observe(
            .loaded(
                model: name, version: model.version, byteCount: model.byteCount, took: ContinuousClock().now - start))
        return model
    }

    private func note(_ failure: Failure, _ earlier: Failure?, isOfSpace: Bool = false) {
        state.withLock { state in
            state.failures.removeAll { $0.number == failure.number }
            state.failures.append(failure)
        }
        guard earlier?.reason != failure.reason || earlier?.stamp != failure.stamp else { return }
        let version = String(failure.number)
        context.observe(
            isOfSpace
                ? .spaceChangeRefused(model: name, version: version, reason: failure.reason)
                : .loadFailed(model: name, version: version, reason: failure.reason))
    }

    /// Puts a version in place, in one step, with a lease begun.
    private func publish(_ model: ServedModel, _ stamp: String, isNewest: Bool) -> ModelLease {
        model.beginLease()
        let previous = state.withLock { state -> ServedModel? in
            let previous = state.newest
            state.failures.removeAll { $0.number == model.number }
            state.requests[model.number] = model.statistics.requests
            if let place = state.loaded.firstIndex(where: { $0.model.number <= model.number }) {
                if state.loaded[place].model.number == model.number {
                    state.retire(at: place)
                }
                state.loaded.insert(Loaded(model: model, stamp: stamp), at: place)
            } else {
                state.loaded.append(Loaded(model: model, stamp: stamp))
            }
            let use = previous?.lastUse.load(ordering: .relaxed) ?? context.nextUse()
            model.lastUse.store(use, ordering: .relaxed)
            if isNewest || previous?.number == model.number { state.answer(with: model) }
            return isNewest ? previous : nil
        }
        if let previous {
            context.observe(.swapped(model: name, from: previous.version, to: model.version))
        }
        return ModelLease(begun: model)
    }

    /// Lets go of versions in memory that are no longer served, since there are newer ones.
    private func tidy() {
        let count = context.configuration.versions
        let known = window().map(\.number)
        let checkpoints = source.checkpoints.map(\.number)
        let retired = state.withLock { state -> [String] in
            let served = Set(Set(known + state.loaded.map(\.model.number)).sorted(by: >).prefix(count))
            var retired: [String] = []
            for place in state.loaded.indices.reversed() {
                let model = state.loaded[place].model
                guard !served.contains(model.number), model !== state.newest else { continue }
                state.retire(at: place)
                retired.append(model.version)
            }
            let left = Set(checkpoints + state.loaded.map(\.model.number))
            state.requests = state.requests.filter { left.contains($0.key) }
            return retired
        }
        for version in retired { context.observe(.retired(model: name, version: version)) }
    }
}

extension ModelEntry.State {
    /// What is in memory of a version; of the newest when nil.
    func model(_ version: Int?) -> ServedModel? {
        guard let version else { return newest }
        for index in loaded.indices where loaded[index].model.number == version { return loaded[index].model }
        return nil
    }

    /// Lets a version answer the requests that name none.
    mutating func answer(with model: ServedModel) {
        newest = model
        floor = max(floor ?? model.number, model.number)
        interface = ModelInterface(model)
        problem = nil
    }

    /// Takes a version out, whose memory is freed when its last lease has ended.
    mutating func retire(at place: Int) {
        let model = loaded.remove(at: place).model
        model.retire()
        retiring.removeAll { $0.model == nil }
        retiring.append(ModelEntry.Retiring(model: model))
    }
}
#endif
