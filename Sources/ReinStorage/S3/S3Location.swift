import ReinCheckpoints

/// Which bucket of which server an address means.
struct S3Location: Sendable {
    /// The URL of the bucket, without a slash at its end.
    let bucketURL: String
    let region: String
    /// What keys begin with, without a slash at its end; may be empty.
    let prefix: String
    /// Whether the server is on this machine.
    let isLocal: Bool

    /// Reads `s3://bucket/prefix?endpoint=http://host:port&region=name`.
    ///
    /// - Parameter variable: the environment, which may name a region.
    /// - Throws: `StateError` that says what is wrong with the address.
    init(_ uri: StorageURI, _ variable: (String) -> String?) throws(StateError) {
        try uri.expectParameters(["endpoint", "region"])
        let bucket = uri.authority
        guard !bucket.isEmpty else {
            throw StateError(.malformed, "names no bucket behind s3://, as in s3://bucket/run", path: uri.place)
        }
        let allowed = bucket.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-.".utf8.contains(byte)
        }
        guard allowed, (3...63).contains(bucket.utf8.count), !bucket.contains(".."), !bucket.hasPrefix("."),
            !bucket.hasPrefix("-"), !bucket.hasSuffix("-"), !bucket.hasSuffix(".")
        else {
            throw StateError(
                .malformed,
                "no bucket can have this name: 3 to 63 of a-z, 0-9, - and ., with a letter or digit at both ends",
                path: uri.place)
        }
        let values = Dictionary(uri.parameters.map { ($0.name, $0.value) }) { first, _ in first }
        region = values["region"] ?? variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? "us-east-1"
        guard !region.isEmpty, region.utf8.count <= 64, region.utf8.allSatisfy(Self.isPlain) else {
            throw StateError(.malformed, "the region is none: letters, digits and - are expected", path: uri.place)
        }
        let endpoint = values["endpoint"] ?? "https://s3.\(region).amazonaws.com"
        let host = try Self.host(of: endpoint, uri.place)
        isLocal = ["localhost", "127.0.0.1", "[::1]"].contains(host)
        bucketURL = (endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint) + "/\(bucket)"
        prefix = uri.path
    }

    /// The URL of an object.
    func url(of key: String) -> String { "\(bucketURL)/\(PercentEncoding.encoded(wholeKey(key), keeping: "/"))" }

    /// The key of an object in its bucket.
    func wholeKey(_ key: String) -> String { prefix.isEmpty ? key : "\(prefix)/\(key)" }

    /// The host of a server's URL, without its port.
    private static func host(of endpoint: String, _ place: String) throws(StateError) -> String {
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: { endpoint.hasPrefix($0) }) else {
            throw StateError(.malformed, "the endpoint begins with neither http:// nor https://", path: place)
        }
        var rest = endpoint.dropFirst(scheme.count)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        let closing = rest.hasPrefix("[") ? rest.firstIndex(of: "]").map { rest.index(after: $0) } : nil
        let end = closing ?? rest.firstIndex(of: ":") ?? rest.endIndex
        let host = rest[..<end]
        let port = rest[end...]
        let isName =
            closing == nil
            ? host.utf8.allSatisfy { isPlain($0) || ".".utf8.contains($0) }
            : host.dropFirst().dropLast().utf8.allSatisfy { isPlain($0) || ":.".utf8.contains($0) }
        let number = port.isEmpty ? 1 : port.hasPrefix(":") ? Int(port.dropFirst()) ?? 0 : 0
        guard !host.isEmpty, isName, (1...65_535).contains(number), !port.contains("+") else {
            throw StateError(
                .malformed, "the endpoint is not http://host:port or https://host:port, without a path or a password",
                path: place)
        }
        return String(host)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
