import Bayeux
package import CometDServer
package import NIOCore

// What the engine asks for.
extension WebSocketConnection: PushConnection {
    /// How many bytes a frame's header and the brackets of its array take at most.
    private static let mostOverhead = ByteBuffer.longestWebSocketHeader + 2

    package func send(_ deliveries: MessageQueue, replies: ByteBuffer) {
        guard case .open = self.state, !deliveries.isEmpty || replies.readableBytes > 0 else { return }
        let scratch = WebSocketScratch.current
        if self.isReading {
            self.encode(deliveries, replies, into: &scratch.answers)
            self.writeManyAnswers(scratch)
            return
        }
        // A frame of its own for each message is the most.
        let mostOverhead = (deliveries.count + 1) * Self.mostOverhead
        scratch.frames.clear(minimumCapacity: deliveries.byteCount + replies.readableBytes + mostOverhead)
        self.encode(deliveries, replies, into: &scratch.frames)
        self.write(scratch.frames)
        if scratch.frames.readableBytes > WebSocketScratch.mostFrames { scratch.frames = ByteBuffer() }
    }

    package func send(_ message: OutboundMessage) {
        // Apart, so that the frame of the message itself is written without being held on to.
        guard self.deflateWindowBits == 0 else { return self.sendCompressed(message) }
        self.write(message.frame)
    }

    package func batchEnded() {
        self.batchesInProcess -= 1
        self.resumeSoon()
    }

    package func sessionChanged(to session: ServerSession, link: PushLink) {
        if case .ended = self.state { return self.server.connectionClosed(link, session: session) }
        if let previous = self.session, previous != session { self.server.connectionClosed(link, session: previous) }
        self.session = session
    }

    @inline(never)
    private func sendCompressed(_ message: OutboundMessage) {
        self.write(self.compressedFrame(of: message))
    }

    private func encode(_ deliveries: MessageQueue, _ replies: ByteBuffer, into frames: inout ByteBuffer) {
        let perFrame = self.server.options.webSocket.messagesPerFrame ?? Int.max
        if perFrame > 1 {
            self.encode(deliveries, perFrame: perFrame, into: &frames)
        } else if self.deflateWindowBits == 0 {
            frames.writeGathered(upTo: deliveries.byteCount + deliveries.count * Self.mostOverhead) { bytes in
                deliveries.forEach { bytes.append($0.frame) }
            }
        } else {
            deliveries.forEach { frames.writeImmutableBuffer(self.compressedFrame(of: $0)) }
        }
        if replies.readableBytes > 0 {
            let start = frames.writerIndex
            frames.writeWebSocketFrame(ofReplies: replies)
            self.compressFrame(at: start, of: &frames)
        }
    }

    private func encode(_ deliveries: MessageQueue, perFrame: Int, into frames: inout ByteBuffer) {
        var messages: ContiguousArray<ByteBuffer> = []
        messages.reserveCapacity(deliveries.count)
        deliveries.forEach { messages.append($0.json) }
        var rest = messages[...]
        while !rest.isEmpty {
            let frame = rest.prefix(perFrame)
            let start = frames.writerIndex
            frames.writeWebSocketFrame(ofMessages: frame)
            self.compressFrame(at: start, of: &frames)
            rest = rest[frame.endIndex...]
        }
    }
}

// MARK: - Writing

extension WebSocketConnection {
    /// Writes whole frames; nothing happens when the connection is not open.
    @inline(__always)
    private func write(_ frames: ByteBuffer) {
        self.wasActive = true
        let written = self.isReading ? 0 : self.socket.writeNow(frames)
        if written != frames.readableBytes { self.writeRest(of: frames, after: written) }
    }

    @inline(never)
    private func writeRest(of frames: ByteBuffer, after written: Int) {
        guard case .open(let context, _) = self.state else { return }
        if self.isReading {
            let scratch = WebSocketScratch.current
            scratch.answers.writeImmutableBuffer(frames)
            self.writeManyAnswers(scratch)
        } else if let rest = self.socket.rest(of: frames, after: written, in: context) {
            self.writeThroughChannel(rest, context)
        }
    }

    /// Writes what this connection has been answered since its frames are read.
    func writeAnswers(_ scratch: WebSocketScratch) {
        guard scratch.answers.readableBytes > 0 else { return }
        if case .open(let context, _) = self.state, let rest = self.socket.write(scratch.answers, in: context) {
            self.writeThroughChannel(rest, context)
        }
        if scratch.answers.readableBytes > WebSocketScratch.mostFrames { scratch.answers = ByteBuffer() }
        scratch.answers.clear()
    }

    /// Writes the answers before all frames are read when they are many: the peer may not be reading them.
    func writeManyAnswers(_ scratch: WebSocketScratch) {
        if scratch.answers.readableBytes > 64 << 10 { self.writeAnswers(scratch) }
    }

    @inline(never)
    private func writeThroughChannel(_ frames: ByteBuffer, _ context: ChannelHandlerContext) {
        context.writeAndFlush(NIOAny(frames), promise: nil)
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
