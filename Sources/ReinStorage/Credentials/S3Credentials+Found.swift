public import ReinCheckpoints

extension S3Credentials {
    /// The credentials that the environment or a file has.
    ///
    /// - Throws: `StateError` that says where they were looked for.
    public static func found() throws(StateError) -> S3Credentials { try found(in: ProcessVariables.value) }

    /// The credentials according to variables.
    static func found(in variable: (String) -> String?) throws(StateError) -> S3Credentials {
        if let keyID = variable("AWS_ACCESS_KEY_ID") {
            guard let secret = variable("AWS_SECRET_ACCESS_KEY") else {
                throw StateError(
                    .missingKey, "is not set, though AWS_ACCESS_KEY_ID is", path: "AWS_SECRET_ACCESS_KEY")
            }
            return try S3Credentials(keyID: keyID, secret: secret, token: variable("AWS_SESSION_TOKEN"))
        }
        let home = variable("HOME").map { "\($0)/.aws/credentials" }
        guard let path = variable("AWS_SHARED_CREDENTIALS_FILE") ?? home, try LocalFile.exists(path) else {
            throw StateError(
                .notFound,
                "there are none: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write them to ~/.aws/credentials",
                path: "credentials")
        }
        return try CredentialsFile(path).credentials(of: variable("AWS_PROFILE") ?? "default")
    }
}
