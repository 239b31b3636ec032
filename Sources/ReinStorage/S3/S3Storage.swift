public import ReinCheckpoints

/// A storage in a bucket of S3, or of a server that speaks as it does:
/// `s3://bucket/folder?endpoint=http://host:9000&region=eu-central-1`.
///
///     S3Storage.register()
///     let storage = try StorageSchemes.storage(at: "s3://bucket/runs/7")
///     try CheckpointTransfer().upload("runs/7/checkpoint_000010", to: storage)
///
/// Without `endpoint` it is Amazon's in the region, which `AWS_REGION` or `AWS_DEFAULT_REGION` names when the address does
/// not, and is `us-east-1` otherwise. Requests go through libcurl, which is looked for when the first storage is opened,
/// and are signed by it. Redirects are not followed. An object has 5 GiB at most.
public struct S3Storage: Storage {
    /// Where the keys begin.
    public let uri: StorageURI
    private let location: S3Location
    private let signature: S3Signature
    private let client: HTTPClient

    /// The largest number of bytes of an object that is written in one request.
    private static let objectLimit = 5 << 30

    /// The largest number of bytes of a page of a listing.
    private static let pageLimit = 1 << 24

    /// Opens the storage at an address.
    ///
    /// - Parameters:
    ///   - uri: the address.
    ///   - credentials: who asks; nil for those that the environment or a file has.
    /// - Throws: `StateError` for what is wrong with the address, when there are no credentials, and when there is no
    ///   libcurl: then it says what to install.
    public init(_ uri: StorageURI, credentials: S3Credentials? = nil) throws(StateError) {
        self.uri = uri
        location = try S3Location(uri, ProcessVariables.value)
        let credentials = if let credentials { credentials } else { try S3Credentials.found() }
        signature = S3Signature(credentials: credentials, region: location.region)
        client = try HTTPClient()
    }

    /// Makes the scheme `s3` known to `StorageSchemes`.
    public static func register() {
        StorageSchemes.register("s3") { uri throws(StateError) in try S3Storage(uri) }
    }

    /// Lists what lies in a folder; see `Storage.list(_:by:)`.
    public func list(_ folder: String, by deadline: StorageDeadline) throws(StateError) -> [StorageEntry] {
        if !folder.isEmpty { try StorageKey.check(folder, in: uri.place) }
        let place = folder.isEmpty ? uri.place : uri.path(of: folder)
        let whole = folder.isEmpty ? location.prefix : location.wholeKey(folder)
        let prefix = whole.isEmpty ? "" : whole + "/"
        let root = location.prefix.isEmpty ? 0 : location.prefix.utf8.count + 1
        var entries: [StorageEntry] = []
        var token: String?
        var pages = 0
        repeat {
            let page = try page(prefix, token, deadline, place)
            for object in page.objects {
                // What other programs make for folders to be seen.
                if object.size == 0, object.key.utf8.last == UInt8(ascii: "/") { continue }
                guard object.key.utf8.starts(with: prefix.utf8),
                    let key = String(object.key.utf8.dropFirst(root))
                else {
                    throw StateError(
                        .malformed, "the server lists \"\(object.key.shortened)\", which is elsewhere", path: place)
                }
                try StorageKey.check(key, in: place)
                entries.append(StorageEntry(key: key, size: object.size))
            }
            pages += 1
            guard entries.count <= StorageEntry.limit, pages <= StorageEntry.limit else {
                throw StateError(
                    .outOfRange, "holds more than the \(StorageEntry.limit) objects that are listed", path: place)
            }
            guard page.nextToken == nil || page.nextToken != token else {
                throw StateError(.malformed, "the server lists the same page again and again", path: place)
            }
            token = page.nextToken
        } while token != nil
        return entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    private func page(
        _ prefix: String, _ token: String?, _ deadline: StorageDeadline, _ place: String
    ) throws(StateError) -> S3Listing {
        // In the order of the names, as it is signed.
        var query = token.map { "continuation-token=\(PercentEncoding.encoded($0))&" } ?? ""
        query += "encoding-type=url&list-type=2&prefix=\(PercentEncoding.encoded(prefix))"
        let request = HTTPRequest(
            method: .get, url: "\(location.bucketURL)?\(query)", wanted: 0..<Self.pageLimit)
        let response = try perform(request, deadline, place)
        guard response.status == 200 else { throw failure(response, place) }
        guard response.body.count < Self.pageLimit else {
            throw StateError(.outOfRange, "the server sends a listing without an end", path: place)
        }
        do throws(StateError) { return try S3Listing(parsing: response.body) } catch {
            throw error.nested(under: place)
        }
    }

    /// Reads a part of an object; see `Storage.read(_:range:by:)`.
    public func read(_ key: String, range: Range<Int>, by deadline: StorageDeadline) throws(StateError) -> [UInt8] {
        let place = try place(of: key)
        guard !range.isEmpty else {
            guard try exists(key, by: deadline) else {
                throw StateError(.notFound, "there is no such object", path: place)
            }
            return []
        }
        var request = HTTPRequest(method: .get, url: location.url(of: key), wanted: range)
        request.headers = ["range: bytes=\(range.lowerBound)-\(range.upperBound - 1)"]
        let response = try perform(request, deadline, place)
        switch response.status {
        case 206: return try checkedPart(response, range, place)
        // The whole object, of which the part has been taken.
        case 200:
            guard response.headers["content-length"] != nil || response.headers["transfer-encoding"] != nil else {
                throw StateError(.unavailable, "the server does not say how long its answer is", path: place)
            }
            return response.body
        case 416: return []
        default: throw failure(response, place)
        }
    }

    /// The body of a part, which must be the one that was asked for and as long as the server says.
    private func checkedPart(
        _ response: HTTPResponse, _ range: Range<Int>, _ place: String
    ) throws(StateError) -> [UInt8] {
        let words = response.headers["content-range"]?.split(whereSeparator: { " -/".contains($0) }) ?? []
        guard words.count == 4, words[0] == "bytes", let first = Int(words[1]), let last = Int(words[2]),
            first == range.lowerBound, last >= first, last < range.upperBound
        else {
            throw StateError(.malformed, "the server sends another part than the one that was asked for", path: place)
        }
        guard response.body.count == last - first + 1 else {
            throw StateError(
                .unavailable, "the server sends \(response.body.count) of \(last - first + 1) bytes", path: place)
        }
        return response.body
    }

    /// Writes an object; see `Storage.write(_:to:by:)`.
    public func write(
        _ contents: StorageContents, to key: String, by deadline: StorageDeadline
    ) throws(StateError) {
        let place = try place(of: key)
        guard contents.size <= Self.objectLimit else {
            throw StateError(
                .outOfRange, "has \(contents.size) bytes, more than the \(Self.objectLimit) that one request brings",
                path: place)
        }
        let request = HTTPRequest(
            method: .put, url: location.url(of: key), body: contents, wanted: 0..<Self.pageLimit)
        let response = try perform(request, deadline, place)
        guard response.status == 200 else { throw failure(response, place) }
    }

    /// Deletes an object; see `Storage.delete(_:by:)`.
    public func delete(_ key: String, by deadline: StorageDeadline) throws(StateError) {
        let place = try place(of: key)
        let request = HTTPRequest(method: .delete, url: location.url(of: key), wanted: 0..<Self.pageLimit)
        let response = try perform(request, deadline, place)
        if (200..<300).contains(response.status) { return }
        guard response.status == 404, S3Explanation(parsing: response.body).code == "NoSuchKey" else {
            throw failure(response, place)
        }
    }

    /// Whether there is an object; see `Storage.exists(_:by:)`.
    public func exists(_ key: String, by deadline: StorageDeadline) throws(StateError) -> Bool {
        let place = try place(of: key)
        let request = HTTPRequest(method: .head, url: location.url(of: key), wanted: 0..<Self.pageLimit)
        let response = try perform(request, deadline, place)
        if response.status == 404 { return false }
        guard response.status == 200 else { throw failure(response, place) }
        return true
    }

    private func place(of key: String) throws(StateError) -> String {
        try StorageKey.check(key, in: uri.place)
        guard location.wholeKey(key).utf8.count <= StorageKey.maximumLength else {
            throw StateError(
                .malformed, "is longer than the \(StorageKey.maximumLength) bytes of a key, with its folder",
                path: uri.path(of: key).shortened)
        }
        return uri.path(of: key)
    }

    private func perform(
        _ request: HTTPRequest, _ deadline: StorageDeadline, _ place: String
    ) throws(StateError) -> HTTPResponse {
        var request = request
        request.isLocal = location.isLocal
        request.headers.append("x-amz-content-sha256: \(request.body?.sha256 ?? Self.nothing)")
        if let token = signature.credentials.token { request.headers.append("x-amz-security-token: \(token)") }
        return try client.perform(request, signedBy: signature, by: deadline, place)
    }

    /// SHA-256 of no bytes.
    private static let nothing = StorageContents([]).sha256

    /// The error for an answer that is no success.
    private func failure(_ response: HTTPResponse, _ place: String) -> StateError {
        let explanation = S3Explanation(parsing: response.body)
        let words = [explanation.code, explanation.message].filter { !$0.isEmpty }.joined(separator: ": ")
        let answer =
            "the server answers \(response.status)"
            + (words.isEmpty ? "" : " (\(signature.withoutSecrets(words).shortened))")
        switch response.status {
        case 300..<400:
            return StateError(
                .inputOutput,
                "\(answer), which leads elsewhere and is not followed: another endpoint= or region= may be meant",
                path: place)
        case 401, 403: return StateError(.accessDenied, answer, path: place)
        case 404: return StateError(.notFound, answer, path: place)
        case 408, 409, 429, 500, 502, 503, 504: return StateError(.unavailable, answer, path: place)
        case 400 where ["RequestTimeout", "SlowDown"].contains(explanation.code):
            return StateError(.unavailable, answer, path: place)
        default: return StateError(.inputOutput, answer, path: place)
        }
    }
}
