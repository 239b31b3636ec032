/// What is wrong when an environment is looked up or registered.
public struct EnvironmentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of error; more may come.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case unknownEnvironment, alreadyRegistered, wrongKind, wrongSettings, notAvailable
        }
        private let value: Value

        /// No environment is registered under the name.
        public static let unknownEnvironment = Code(value: .unknownEnvironment)
        /// Another environment is registered under the name.
        public static let alreadyRegistered = Code(value: .alreadyRegistered)
        /// The environment is for several agents where one for a single agent is asked for, or the other way round.
        public static let wrongKind = Code(value: .wrongKind)
        /// A setting of the environment is unknown, of the wrong type or out of range.
        public static let wrongSettings = Code(value: .wrongSettings)
        /// What the environment needs is not there: an interpreter, a package of it, or a process that starts.
        public static let notAvailable = Code(value: .notAvailable)

        /// The name of the code.
        public var description: String { value.rawValue }
    }

    /// The kind of error.
    public let code: Code
    /// What is wrong, and what to do.
    public let message: String

    /// Describes what is wrong.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
