/// How requests are signed.
struct S3Signature: Sendable {
    let credentials: S3Credentials
    let region: String

    /// What libcurl is told.
    var scheme: String { "aws:amz:\(region):s3" }

    func withoutSecrets(_ text: String) -> String { credentials.withoutSecrets(text) }
}
