/// What went wrong with saved state, where, and what to do about it.
///
///     policies/pol0/network/layers/1/weight: expected shape [64, 64], found [64, 32]
public struct StateError: Error, Sendable, Equatable {
    /// What kind of failure it is.
    public var code: Code
    /// What happened and what to do, without the place.
    public var message: String
    /// The place: a path in the tree (`policies/pol0/network`), a file, or both; empty if there is none to name.
    public var path: String

    /// Creates an error.
    @inline(never)
    public init(_ code: Code, _ message: String, path: String = "") {
        self.code = code
        self.message = message
        self.path = path
    }

    /// The same error with `component` in front of its path.
    @inline(never)
    public func nested(under component: String) -> StateError {
        StateError(code, message, path: joinedPath(component, path))
    }
}

extension StateError: CustomStringConvertible {
    /// The place, then the message, on one line.
    public var description: String { (path.isEmpty ? message : "\(path): \(message)").escapingControls }
}

extension StateError {
    /// A kind of failure. More may come: a `switch` over codes needs a default.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Wrapped: String {
            case missingKey, unknownKey, wrongType, wrongShape, outOfRange, malformed, unsupportedVersion
            case unsupportedFormat, checksumMismatch, notFound, alreadyExists, inputOutput, invalidPolicyID
            case unknownPolicy, inUse, unavailable, accessDenied, timedOut, cancelled
        }

        private let wrapped: Wrapped

        private init(_ wrapped: Wrapped) { self.wrapped = wrapped }

        /// The code of a name, or nil if there is none.
        package init?(named name: String) {
            guard let wrapped = Wrapped(rawValue: name) else { return nil }
            self.wrapped = wrapped
        }

        /// A key that must be there is not.
        public static let missingKey = Code(.missingKey)
        /// A key that nobody knows.
        public static let unknownKey = Code(.unknownKey)
        /// A value of another kind than expected.
        public static let wrongType = Code(.wrongType)
        /// A tensor of another shape than expected.
        public static let wrongShape = Code(.wrongShape)
        /// A value outside the range that is allowed or that can be represented.
        public static let outOfRange = Code(.outOfRange)
        /// Bytes or text that break the rules of their format.
        public static let malformed = Code(.malformed)
        /// Written by a newer version than this one reads.
        public static let unsupportedVersion = Code(.unsupportedVersion)
        /// A format, or a part of one, that is not read on purpose: pickles, for instance.
        public static let unsupportedFormat = Code(.unsupportedFormat)
        /// A file that is not the one that was written.
        public static let checksumMismatch = Code(.checksumMismatch)
        /// A file or directory that is not there.
        public static let notFound = Code(.notFound)
        /// A destination that is taken.
        public static let alreadyExists = Code(.alreadyExists)
        /// The operating system refused.
        public static let inputOutput = Code(.inputOutput)
        /// A policy id that cannot be the name of a folder.
        public static let invalidPolicyID = Code(.invalidPolicyID)
        /// A policy that the checkpoint does not hold.
        public static let unknownPolicy = Code(.unknownPolicy)
        /// Something that another process works on.
        public static let inUse = Code(.inUse)
        /// A service that does not do now what it may do when it is asked again.
        public static let unavailable = Code(.unavailable)
        /// A service that refuses to whoever asks: wrong credentials, or no right to do so.
        public static let accessDenied = Code(.accessDenied)
        /// Something that took longer than it may.
        public static let timedOut = Code(.timedOut)
        /// Something that its caller cancelled.
        public static let cancelled = Code(.cancelled)

        /// The name of the code.
        public var description: String { wrapped.rawValue }
    }
}

/// Two parts of a path with a slash between them, either of which may be empty.
@inline(never)
func joinedPath(_ parent: String, _ child: String) -> String {
    if parent.isEmpty { return child }
    return child.isEmpty ? parent : "\(parent)/\(child)"
}
