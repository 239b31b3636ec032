#if Serving
/// The right to use a model, which stays in memory meanwhile. It ends with the value.
///
///     guard let lease = try repository.lease("red") else { ... }
///     let action = lease.model.policy.action(for: observation)
public struct ModelLease: ~Copyable, Sendable {
    /// The model.
    public let model: ServedModel

    /// Takes over a lease that has begun.
    init(begun model: ServedModel) { self.model = model }

    deinit { model.endLease() }

    /// Hands the lease to an object, which any number of places may hold, such as a sequence that stays with one version.
    public consuming func pinned() -> ModelPin { ModelPin(self) }
}

/// A lease that is kept for long: it ends when the last one who holds this object lets go of it.
public final class ModelPin: Sendable {
    private let lease: ModelLease

    init(_ lease: consuming ModelLease) { self.lease = lease }

    /// The model.
    public var model: ServedModel { lease.model }
}
#endif
