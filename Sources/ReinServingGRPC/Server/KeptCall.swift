#if ServingGRPC
import NIOCore
import NIOHTTP2
import ReinServing

/// A call that is kept until its message is whole.
struct KeptCall {
    /// Its head, as it came.
    let frame: HTTP2Frame.FramePayload.Headers
    /// What matters of that.
    let head: CallHead
    /// When it came.
    let began = ContinuousClock.now
    /// What has come of the message.
    var message = ByteBuffer()

    /// The request that the message holds; nil for another, which others refuse.
    var request: InferenceRequest? {
        var (message, prefix) = (message, MessagePrefix())
        guard prefix.take(&message), !prefix.isPacked, prefix.length == message.readableBytes else { return nil }
        return try? message.withUnsafeReadableBytes { InferMessage(reading: $0).request }.get()
    }
}
#endif
