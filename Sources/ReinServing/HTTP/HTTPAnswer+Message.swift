#if Serving
import HTTPTypes
import NIOCore

extension HTTPQuery {
    /// Takes what matters out of a head.
    init(_ head: HTTPRequest) {
        let fields = head.headerFields
        self.init(
            head.method.rawValue, head.path ?? "", headerLength: fields[.inferenceHeaderContentLength],
            contentEncoding: fields[.contentEncoding], acceptEncoding: fields[.acceptEncoding],
            authorization: fields[.authorization])
    }
}

extension HTTPField.Name {
    /// The number of bytes of JSON before binary tensors.
    fileprivate static let inferenceHeaderContentLength =
        HTTPField.Name("Inference-Header-Content-Length") ?? .contentLength
}

extension HTTPAnswer {
    /// What goes over the network: the head, and the body, which for `HEAD` is only told of.
    ///
    /// - Parameter closes: whether the connection ends with it, since the rest of the request is not read.
    func message(to query: HTTPQuery, closes: Bool = false) -> (head: HTTPResponse, body: ByteBuffer) {
        var fields = HTTPFields()
        var body = body
        if !body.isEmpty {
            fields[.contentType] =
                contentType ?? (headerLength == nil ? "application/json" : "application/octet-stream")
        }
        if let headerLength { fields[.inferenceHeaderContentLength] = String(headerLength) }
        if let allow { fields[.allow] = allow }
        if status == 401 { fields[.wwwAuthenticate] = "Bearer" }
        if let retryAfter { fields[.retryAfter] = String(retryAfter) }
        if closes { fields[.connection] = "close" }
        // Packing what is short makes it no shorter.
        if body.count >= 1 << 10, PackedBody.acceptsGzip(query.acceptEncoding), let packed = PackedBody.packed(body) {
            body = packed
            fields[.contentEncoding] = "gzip"
        }
        fields[.contentLength] = String(body.count)
        return (
            HTTPResponse(status: HTTPResponse.Status(code: status), headerFields: fields), ByteBuffer(bytes: body)
        )
    }
}
#endif
