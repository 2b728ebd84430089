package import CometDServer
package import NIOCore

/// One WebSocket: reads messages for the engine and writes what the engine sends.
///
/// The last handler of its pipeline, added when the upgrade has been answered; before it come bytes, plain or decrypted.
/// Confined to its channel's event loop. The engine holds it by its ``PushLink``; they part when the channel ends.
///
/// Reading stops while more than ``mostBatches`` batches are being processed, and while the peer does not read what is
/// sent to it: so a peer decides over no more memory than that, one chunk, one message and what its session may queue.
///
/// - SeeAlso: RFC 6455; RFC 7692; CometD 3.1 reference book, "WebSocket transport".
package final class WebSocketConnection {
    /// How the connection lives and ends.
    enum State {
        /// Not in the pipeline of an active channel yet.
        case new
        /// Messages go both ways.
        case open(ChannelHandlerContext, PushLink)
        /// Our close frame has been sent, the peer's is awaited; nothing else is sent.
        case closing(ChannelHandlerContext, PushLink)
        /// Over. Terminal.
        case ended
    }

    /// How many batches may be in process before reading stops.
    static let mostBatches = 16
    /// How long the peer has to finish the closing handshake.
    static let closeTimeout = TimeAmount.seconds(10)

    // What a delivery touches lies together.
    /// Writes to the socket itself; only while the connection is open.
    var socket = DirectSocketWriter()
    /// Whether anything has been received or sent since the timer fired last.
    var wasActive = true
    /// Whether frames are being read: what is written meanwhile leaves together behind the last of them.
    var isReading = false
    /// Whether no frames are read for now.
    var isHoldingBack = false
    /// Whether the channel wanted to read meanwhile.
    var isReadWithheld = false
    /// Whether ``resume()`` has been scheduled.
    var isResuming = false
    /// How often the timer has found the connection silent since it was last active.
    var quietPeriods: UInt8 = 0
    /// The window for compressing messages to the peer, as a power of two; zero when none are compressed.
    let deflateWindowBits: UInt8
    /// Batches that the engine has not ended.
    var batchesInProcess = 0
    var state = State.new
    package internal(set) var session: ServerSession?
    let server: BayeuxServer
    let request: any BayeuxContext
    let eventLoop: any EventLoop
    /// Where the timer is set; kept, because the server may be shut down before the connection has ended.
    var timers: TimerWheel?
    /// For the idle timeout while open, then for the closing handshake.
    var timer: TimerWheel.Timer?
    var reader: WebSocketFrameReader

    /// Makes the handler of one connection.
    ///
    /// - Parameters:
    ///   - server: The engine.
    ///   - context: What is known of the request that opened the WebSocket.
    ///   - eventLoop: The channel's event loop, one of the server's.
    ///   - deflate: How messages may be compressed; `nil` for not at all.
    package init(
        server: BayeuxServer,
        context: any BayeuxContext,
        eventLoop: any EventLoop,
        deflate: PerMessageDeflate? = nil
    ) {
        self.server = server
        self.request = context
        self.eventLoop = eventLoop
        self.deflateWindowBits = deflate?.windowBits ?? 0
        self.reader = WebSocketFrameReader(
            maxMessageSize: server.options.webSocket.maxMessageSize,
            allowsCompression: deflate != nil
        )
    }
}

// MARK: - In the pipeline

extension WebSocketConnection: ChannelInboundHandler, ChannelOutboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    package func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { self.start(context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        self.start(context)
        context.fireChannelActive()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        self.end()
        context.fireChannelInactive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.end()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.wasActive = true
        self.reader.append(self.unwrapInboundIn(data))
        self.readFrames()
    }

    package func read(context: ChannelHandlerContext) {
        if self.isHoldingBack {
            self.isReadWithheld = true
        } else {
            context.read()
        }
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.updateWritability()
        context.fireChannelWritabilityChanged()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            // The peer has gone without a close frame: it would not read an answer either.
            self.socket.forget()
            context.close(promise: nil)
        } else if event is ChannelShouldQuiesceEvent {
            if case .open(_, let link) = self.state {
                self.server.connectionMustEnd(link, session: self.session)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset or a failure of TLS: nothing can be sent any more.
        self.socket.forget()
        context.close(promise: nil)
    }
}

// MARK: - Beginning and end

extension WebSocketConnection {
    private func start(_ context: ChannelHandlerContext) {
        guard case .new = self.state else { return }
        if let options = context.channel.syncOptions {
            // A channel that lacks one of them works without it.
            let bufferSize = self.server.options.webSocket.bufferSize
            try? options.setOption(.recvAllocator, value: WebSocketReceiveAllocator(least: bufferSize))
            try? options.setOption(.maxMessagesPerRead, value: 1)
            try? options.setOption(.writeBufferWaterMark, value: .init(low: 32 << 10, high: 64 << 10))
        }
        self.state = .open(context, PushLink(to: self, on: self.eventLoop))
        self.startIdleTimer()
        self.updateWritability()
    }

    /// Lets go of all that the connection holds, and tells the engine once.
    private func end() {
        switch self.state {
        case .open(_, let link), .closing(_, let link):
            let (server, session) = (self.server, self.session)
            self.state = .ended
            self.session = nil
            self.socket.forget()
            self.stopTimer()
            self.reader = WebSocketFrameReader(maxMessageSize: 0)
            link.isWritable = false
            // Soon, not now: a failed write of the engine's may have brought this about.
            self.eventLoop.execute { server.connectionClosed(link, session: session) }
        case .new: self.state = .ended
        case .ended: break
        }
    }
}
