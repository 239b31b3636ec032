public import ReinCheckpoints

/// What is to be trained: a type or a function, with a name and the values that are shared with it.
///
///     let definition = TrainableDefinition(Regression.self).withParameter("data", points)
///     let driver = try await TrainableDriver(definition, configuration: ["rate": 0.1])
public struct TrainableDefinition: Sendable {
    /// How a trainable is written.
    public enum Style: Sendable, Hashable {
        /// A type that does a step when it is told to.
        case type
        /// A function that reports when it likes to.
        case function
    }

    /// The name, which stands in the folders of trials.
    public let name: String
    /// How it is written.
    public let style: Style
    /// Values that are shared with every trainable of the definition.
    public private(set) var parameters = TrainableParameters()
    private var request: ResourceRequest?
    private var maker: @Sendable (StateMap, TrainableContext) async throws -> any Trainable

    /// Names a type.
    ///
    /// - Parameters:
    ///   - type: the trainable.
    ///   - name: its name; that of the type when nil.
    public init<Base: Trainable>(_ type: Base.Type, name: String? = nil) {
        self.init(name: name ?? "\(Base.self)", style: .type) { configuration, context in
            try await Base(configuration: configuration, context: context)
        }
        request = ResourceRequest(of: Base.self)
    }

    /// Names something that makes trainables of a type in a way of its own.
    ///
    /// - Parameters:
    ///   - name: the name.
    ///   - make: called once for each trainable.
    public init<Base: Trainable>(
        named name: String, making make: @escaping @Sendable (StateMap, TrainableContext) async throws -> Base
    ) {
        self.init(name: name, style: .type) { configuration, context in try await make(configuration, context) }
        request = ResourceRequest(of: Base.self)
    }

    /// Makes a definition of whatever makes a trainable.
    init(
        name: String, style: Style,
        _ maker: @escaping @Sendable (StateMap, TrainableContext) async throws -> any Trainable
    ) {
        self.name = name
        self.style = style
        self.maker = maker
    }

    /// The same with a value that all its trainables share and none may change, `context.parameters.value(name)`. It is not
    /// saved: whoever restores a checkpoint gives it again, and is told so if not.
    public func withParameter(_ name: String, _ value: some Sendable) -> TrainableDefinition {
        var definition = self
        definition.parameters.set(name, to: value)
        return definition
    }

    /// The same with resources that each of its trainables gets.
    ///
    /// - Throws: `StateError` when the trainable requests its resources itself, by `ResourceRequesting`.
    public func withResources(_ resources: PlacementGroup) throws(StateError) -> TrainableDefinition {
        try withResources { _ in resources }
    }

    /// The same with resources that depend on the settings.
    ///
    /// - Parameter resources: what a trainable of these settings gets.
    /// - Throws: `StateError` when the trainable requests its resources itself, by `ResourceRequesting`.
    public func withResources(
        _ resources: @escaping @Sendable (StateMap) throws -> PlacementGroup
    ) throws(StateError) -> TrainableDefinition {
        if let request, request.isOfTrainable {
            throw StateError(
                .alreadyExists, "requests its resources itself, which cannot be overruled\(request.advice)", path: name)
        }
        var definition = self
        definition.request = ResourceRequest(resources)
        return definition
    }

    /// The resources that a trainable of these settings gets: one CPU when nobody says another thing.
    ///
    /// - Throws: what the request throws.
    public func resources(for configuration: StateMap) throws -> PlacementGroup {
        try request?.resources(configuration) ?? .oneCPU
    }

    /// What a person should know who has to do with the trainable's resources; empty when there is nothing to say.
    public var resourceHelp: String { request?.help ?? "" }

    /// The same but for how a trainable is made.
    func making(
        _ maker: @escaping @Sendable (StateMap, TrainableContext) async throws -> any Trainable
    ) -> TrainableDefinition {
        var definition = self
        definition.maker = maker
        return definition
    }

    /// A new trainable.
    func make(
        _ configuration: StateMap, _ context: TrainableContext
    ) async throws -> any Trainable {
        try await maker(configuration, context)
    }
}

extension Trainable {
    /// The type with a value that its trainables share; see `TrainableDefinition.withParameter`.
    public static func withParameter(_ name: String, _ value: some Sendable) -> TrainableDefinition {
        TrainableDefinition(Self.self).withParameter(name, value)
    }
}
