import ReinCheckpoints

/// A page of a listing (`ListBucketResult`).
struct S3Listing: Equatable {
    /// The objects with their keys in the bucket.
    private(set) var objects: [StorageEntry] = []
    /// What the next page begins with, nil on the last one.
    private(set) var nextToken: String?

    /// Reads the XML of a page.
    ///
    /// - Throws: `StateError` for what is none.
    init(parsing xml: [UInt8]) throws(StateError) {
        var scanner = XMLScanner(xml)
        var path: [String] = []
        var text = ""
        var (key, size): (String?, Int?) = (nil, nil)
        var (isTruncated, isEncoded) = (false, false)
        while let event = try scanner.next() {
            switch event {
            case .start(let name):
                guard !path.isEmpty || name == "ListBucketResult" else {
                    throw StateError(.malformed, "the answer is no listing but \"\(name.shortened)\"")
                }
                path.append(name)
                text = ""
            case .text(let piece): text += piece
            case .end:
                switch path.dropFirst().joined(separator: "/") {
                case "IsTruncated": isTruncated = text == "true"
                case "NextContinuationToken": nextToken = text
                case "EncodingType": isEncoded = text == "url"
                case "Contents/Key": key = text
                case "Contents/Size": size = Int(text)
                case "Contents":
                    guard let found = key, let bytes = size, bytes >= 0 else {
                        throw StateError(.malformed, "the listing has an object without a key or a size")
                    }
                    objects.append(StorageEntry(key: found, size: bytes))
                    (key, size) = (nil, nil)
                default: break
                }
                path.removeLast()
                text = ""
            }
        }
        if isEncoded { objects = try objects.map(Self.decoded) }
        if !isTruncated { nextToken = nil }
        guard !isTruncated || nextToken?.isEmpty == false else {
            throw StateError(.malformed, "the listing goes on and does not say where")
        }
    }

    // The encoding of forms, whichever comes before EncodingType.
    private static func decoded(_ object: StorageEntry) throws(StateError) -> StorageEntry {
        guard let key = PercentEncoding.decoded(object.key.utf8, plusIsSpace: true) else {
            throw StateError(.malformed, "the listing has the key \"\(object.key.shortened)\", which is not encoded")
        }
        return StorageEntry(key: key, size: object.size)
    }
}

/// What explains an error (`Error`).
struct S3Explanation {
    /// A word such as `NoSuchKey`, empty when there is none.
    private(set) var code = ""
    /// A sentence, empty when there is none.
    private(set) var message = ""

    /// Reads the XML as far as it is any.
    init(parsing xml: [UInt8]) {
        var scanner = XMLScanner(xml)
        var path: [String] = []
        while let event = try? scanner.next() {
            switch event {
            case .start(let name): path.append(name)
            case .end: path.removeLast()
            case .text(let text):
                if path == ["Error", "Code"] { code += text }
                if path == ["Error", "Message"] { message += text }
            }
        }
    }
}
