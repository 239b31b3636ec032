#if Serving
import NIOCore

/// What has to come in time.
extension ConnectionGuard {
    /// Sees to it that somebody looks when something is due.
    func arm(_ context: ChannelHandlerContext) {
        guard let deadline = times.unwatched else { return }
        times.watch(
            deadline,
            context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
                guard let self else { return }
                for kind in times.takeDue(.now()) { isDue(kind, context) }
                if ending != .over { arm(context) }
            })
    }

    /// How long nothing may be asked from now on.
    var idleLimit: TimeAmount {
        // One that is refused is so with its first request, for which others do not wait long.
        let limit = isServed ? limits.idle : min(limits.idle, ConnectionLimits.refusedIdle)
        return load.isStopping ? min(limit, ConnectionLimits.parting) : limit
    }

    private func isDue(_ kind: ConnectionTimes.Kind, _ context: ChannelHandlerContext) {
        switch kind {
        case .request: requestIsDue(context)
        case .idle:
            guard ending == .none else { return }
            guard owed == 0, reading == .nothing || load.isStopping else {
                times[.idle] = .now() + idleLimit
                return
            }
            // Half a head is no request that was taken.
            if reading == .head { reading = .nothing }
            finish(context)
        case .write: lookAtWriting(context)
        case .linger: shut(context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if ending == .none || ending == .answering {
            if context.channel.isWritable { times[.write] = .distantFuture } else { watchWriting(context) }
        }
        context.fireChannelWritabilityChanged()
    }

    /// Looks from now on whether the client takes what was written.
    func watchWriting(_ context: ChannelHandlerContext) {
        unwritten = nil
        times[.write] = .now() + .nanoseconds(limits.write.nanoseconds / 2)
        arm(context)
    }

    private func lookAtWriting(_ context: ChannelHandlerContext) {
        let left = (try? context.channel.syncOptions?.getOption(ChannelOptions.bufferedWritableBytes)) ?? 0
        let least = max(1, Int(limits.write.nanoseconds / 2_000_000_000) * ConnectionLimits.writeRate)
        if let unwritten, left == 0 || unwritten - left < least { return shut(context, hurries: true) }
        unwritten = left
        times[.write] = .now() + .nanoseconds(limits.write.nanoseconds / 2)
    }
}
#endif
