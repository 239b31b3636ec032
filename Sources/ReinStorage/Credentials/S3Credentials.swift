public import ReinCheckpoints

/// Who asks: the name of a key, its secret, and the token of a session if there is one.
///
/// Secrets are in no description and no message. They come from the environment (`AWS_ACCESS_KEY_ID`,
/// `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`) or, when that names no key, from a file (`AWS_SHARED_CREDENTIALS_FILE`,
/// otherwise `~/.aws/credentials`) under the profile `AWS_PROFILE`, otherwise `default`.
public struct S3Credentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let keyID: String
    let secret: String
    let token: String?

    /// Makes credentials.
    ///
    /// - Parameters:
    ///   - keyID: the name of the key.
    ///   - secret: its secret.
    ///   - token: the token of the session, if there is one.
    /// - Throws: `StateError` for what is empty or holds anything but visible characters of ASCII.
    public init(keyID: String, secret: String, token: String? = nil) throws(StateError) {
        for (name, value) in [("name of the key", keyID), ("secret", secret), ("token", token ?? "x")] {
            guard !value.isEmpty, value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
                throw StateError(
                    .malformed, "the \(name) is empty, or holds what it cannot: spaces, line ends, other than ASCII",
                    path: "credentials")
            }
        }
        self.keyID = keyID
        self.secret = secret
        self.token = token
    }

    /// A text in which none of this occurs, whoever it comes from.
    func withoutSecrets(_ text: String) -> String {
        let hidesNothing = [secret, token].compactMap { $0 }.allSatisfy { !text.contains($0) }
        return hidesNothing ? text : "(a text with the secret in it, which is withheld)"
    }

    /// No more than that these are credentials.
    public var description: String { "S3Credentials" }
    /// No more than that these are credentials.
    public var debugDescription: String { description }
    /// Nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
