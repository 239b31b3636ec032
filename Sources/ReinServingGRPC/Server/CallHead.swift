#if ServingGRPC
import NIOHPACK

/// What matters in the head of a call, found in one pass. Names are in small letters in HTTP/2.
struct CallHead {
    private(set) var path: String?
    private(set) var method: String?
    private(set) var contentType: String?
    /// How messages are packed.
    private(set) var encoding: String?
    /// For how long the client waits.
    private(set) var timeout: String?
    /// What shows who calls.
    private(set) var authorization: String?

    /// Looks at fields, of which the first of a name counts.
    init(_ headers: HPACKHeaders) {
        for (name, value, _) in headers {
            switch name {
            case ":path": path = path ?? value
            case ":method": method = method ?? value
            case "content-type": contentType = contentType ?? value
            case "grpc-encoding": encoding = encoding ?? value
            case "grpc-timeout": timeout = timeout ?? value
            case "authorization": authorization = authorization ?? value
            default: break
            }
        }
    }

    /// Whether requests may come for as long as the client likes.
    var isStream: Bool { path?.hasSuffix("/ModelStreamInfer") == true }
}
#endif
