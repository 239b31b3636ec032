#if Serving
import ReinCheckpoints

extension InferenceService {
    /// Tells metrics how things stand: the models in memory, and the sequences. It is called every now and then.
    func noteState() {
        repository.metrics.noteState(
            models: repository.loadedCount, bytes: repository.byteCount, sequences: sequenceCount)
    }

    /// What has been asked of models, as JSON.
    ///
    /// - Parameter address: which model; all when nil.
    /// - Throws: `ServingError` with `.notFound` for a model that is not there.
    package func statistics(of address: ModelAddress?) throws(ServingError) -> String {
        if let address, let version = address.version { _ = try repository.isReady(address.name, version: version) }
        var entries: [StateTree] = []
        for (model, version, requests) in try repository.requests(named: address?.name)
        where address?.version ?? version == version {
            entries.append(requests.counts.description(name: model, version: version))
        }
        return JSON.text(["model_stats": .list(entries)])
    }

    /// Looks for a newer version of a model now; reads files.
    ///
    /// - Throws: `ServingError` with `.notFound` for a model that is not there, and `.unavailable` when what there is cannot
    ///   be used.
    package func load(_ name: String) throws(ServingError) {
        try requireRunning()
        try repository.load(name)
    }

    /// Refuses a parameter of a request to load that would have the server read something else than what it was started with.
    ///
    /// - Throws: `ServingError` with `.invalidArgument`.
    package static func requireNoConfiguration(_ name: String) throws(ServingError) {
        guard name == "config" || name.hasPrefix("file:") else { return }
        throw ServingError(
            .invalidArgument,
            "parameter \"\(name.shortened)\": a client cannot say what is served; the command line of the server does")
    }

    /// Answers no more requests for a model, until it is loaded; ends its sequences, and waits for requests that have begun.
    ///
    /// - Throws: `ServingError` with `.notFound` for a model that is not there.
    package func unload(_ name: String) throws(ServingError) {
        try requireRunning()
        try repository.unload(name) { sequences.end(model: name) }
    }
}
#endif
