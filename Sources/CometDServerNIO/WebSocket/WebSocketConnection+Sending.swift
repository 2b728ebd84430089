package import CometDServer
package import NIOCore

// What the engine asks for.
extension WebSocketConnection: PushConnection {
    package func send(_ deliveries: MessageQueue, replies: ByteBuffer) {
        guard case .open(let context, _) = self.state else { return }
        if replies.readableBytes == 0, deliveries.isEmpty { return }
        let scratch = WebSocketScratch.current
        // A frame of its own for each message is the most; its header and brackets take up to twelve bytes.
        let mostOverhead = (deliveries.count + 1) * (ByteBuffer.longestWebSocketHeader + 2)
        scratch.clearFrames(capacity: deliveries.byteCount + replies.readableBytes + mostOverhead)
        self.encode(deliveries, into: &scratch.frames)
        if replies.readableBytes > 0 { scratch.frames.writeWebSocketFrame(ofReplies: replies) }
        self.write(scratch.frames, context)
        scratch.trim()
    }

    package func send(_ message: OutboundMessage) {
        guard case .open(let context, _) = self.state else { return }
        self.write(message.frame, context)
    }

    package func batchEnded() {
        self.batchesInProcess -= 1
        self.resumeSoon()
    }

    package func sessionChanged(to session: ServerSession) {
        self.session = session
    }

    private func encode(_ deliveries: MessageQueue, into frames: inout ByteBuffer) {
        let perFrame = self.server.options.webSocket.messagesPerFrame ?? Int.max
        guard perFrame > 1 else {
            deliveries.forEach { frames.writeImmutableBuffer($0.frame) }
            return
        }
        var messages: ContiguousArray<ByteBuffer> = []
        messages.reserveCapacity(deliveries.count)
        deliveries.forEach { messages.append($0.json) }
        var rest = messages[...]
        while !rest.isEmpty {
            let frame = rest.prefix(perFrame)
            frames.writeWebSocketFrame(ofMessages: frame)
            rest = rest[frame.endIndex...]
        }
    }
}

// MARK: - Writing

extension WebSocketConnection {
    /// Writes whole frames, to the socket itself when that is possible.
    @inline(__always)
    func write(_ frames: ByteBuffer, _ context: ChannelHandlerContext) {
        self.wasActive = true
        guard !self.isReading else {
            WebSocketScratch.current.answers.writeImmutableBuffer(frames)
            return
        }
        if let rest = self.socket.write(frames, in: context) { self.writeThroughChannel(rest, context) }
    }

    /// Writes what was answered while frames were read.
    func writeAnswers(_ context: ChannelHandlerContext) {
        let scratch = WebSocketScratch.current
        guard scratch.answers.readableBytes > 0 else { return }
        if let rest = self.socket.write(scratch.answers, in: context) { self.writeThroughChannel(rest, context) }
        scratch.answers.clear()
    }

    @inline(never)
    func writeThroughChannel(
        _ frames: ByteBuffer,
        _ context: ChannelHandlerContext,
        promise: EventLoopPromise<Void>? = nil
    ) {
        context.writeAndFlush(NIOAny(frames), promise: promise)
        self.updateWritability()
    }

    /// Tells the engine whether it may send, when that has changed.
    func updateWritability() {
        guard case .open(let context, let link) = self.state, context.channel.isWritable != link.isWritable else {
            return
        }
        link.isWritable.toggle()
        guard link.isWritable else {
            self.isHoldingBack = true
            return
        }
        let (server, session) = (self.server, self.session)
        // Soon, not now: the engine may be in the middle of a write.
        self.eventLoop.execute { server.connectionBecameWritable(link, session: session) }
        self.resumeSoon()
    }
}
