import ReinCheckpoints

/// A request to a server.
struct HTTPRequest {
    /// What the request does.
    enum Method: String {
        case get = "GET"
        case put = "PUT"
        case head = "HEAD"
        case delete = "DELETE"
    }

    var method: Method
    var url: String
    /// Lines of the head, as in `range: bytes=0-9`.
    var headers: [String] = []
    /// What a `put` brings.
    var body: StorageContents?
    /// Which bytes of the answer's body are wanted when the server sends it from its beginning.
    var wanted: Range<Int>
    /// Whether the host is this machine, which is reached without a proxy.
    var isLocal = false
}

/// What a server answers.
struct HTTPResponse {
    /// The number of the status.
    var status = 0
    /// The fields of the head by their names in small letters; the last one of a name.
    var headers: [String: String] = [:]
    /// The bytes that were wanted; the beginning of what explains an error.
    var body: [UInt8] = []
}
