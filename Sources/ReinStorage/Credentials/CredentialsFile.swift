import ReinCheckpoints

/// A file of credentials by profiles.
///
///     [default]
///     aws_access_key_id = AKIA...
///     aws_secret_access_key = ...
struct CredentialsFile {
    private let path: String
    private var profiles: [String: [String: String]] = [:]

    /// The largest number of bytes that are read.
    private static let sizeLimit = 1 << 20

    /// Reads a file.
    ///
    /// - Throws: `StateError` with the number of a line that is none, never with what it says.
    init(_ path: String) throws(StateError) {
        self.path = path
        guard let text = String(validating: try LocalFile.read(path, limit: Self.sizeLimit), as: UTF8.self) else {
            throw StateError(.malformed, "is not UTF-8", path: path)
        }
        var profile: String?
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.trimmed
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasPrefix("["), line.hasSuffix("]") {
                profile = String(line.dropFirst().dropLast().trimmed)
                continue
            }
            guard let mark = line.firstIndex(of: "="), let profile else {
                throw StateError(
                    .malformed, "line \(number + 1) is neither [profile] nor name = value under one", path: path)
            }
            let name = line[..<mark].trimmed.lowercased()
            profiles[profile, default: [:]][name] = String(line[line.index(after: mark)...].trimmed)
        }
    }

    /// The credentials of a profile.
    ///
    /// - Throws: `StateError` when there is no such profile or something is missing there.
    func credentials(of profile: String) throws(StateError) -> S3Credentials {
        guard let values = profiles[profile] else {
            let nearest = nearestName(to: profile, in: profiles.keys.sorted())
            throw StateError(
                .missingKey,
                unknownName(
                    "there is no profile \"\(profile.shortened)\"", nearest: nearest,
                    rest: "AWS_PROFILE names the one that is used"), path: path)
        }
        guard let keyID = values["aws_access_key_id"], let secret = values["aws_secret_access_key"] else {
            throw StateError(
                .missingKey,
                "the profile \"\(profile.shortened)\" lacks aws_access_key_id or aws_secret_access_key", path: path)
        }
        do throws(StateError) {
            return try S3Credentials(keyID: keyID, secret: secret, token: values["aws_session_token"])
        } catch { throw StateError(error.code, error.message, path: path) }
    }
}

extension Substring {
    /// Without spaces at both ends.
    fileprivate var trimmed: Substring {
        var rest = drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
