import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL

@testable import CometDServerNIO

/// A client that sends requests over HTTP/1, each on a connection of its own, or as streams of one HTTP/2 connection.
final class WireHTTPClient: Sendable {
    /// One answer.
    struct Answer: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: String
    }

    /// A request that has been sent.
    struct Exchange: Sendable {
        /// The connection or the stream that it was sent on.
        let channel: any Channel
        fileprivate let promised: EventLoopFuture<Answer>
        fileprivate let isStream: Bool

        /// Waits for the answer.
        func answer() async throws -> Answer {
            let answer = try await self.promised.get()
            if !self.isStream { self.channel.close(promise: nil) }
            return answer
        }
    }

    private let wire: Wire
    private let address: SocketAddress
    private let tls: NIOSSLContext?
    /// The HTTP/2 connection.
    let connection: (any Channel)?
    private let streams: NIOHTTP2Handler.StreamMultiplexer?
    /// The frames of the HTTP/2 connection that belong to no stream.
    let frames: AsyncStream<HTTP2Frame.FramePayload>

    convenience init(_ wire: Wire, to address: SocketAddress) async throws {
        try await self.init(wire, to: address, try wire.clientTLS())
    }

    /// Makes a client; over HTTP/2 it connects, and may be one that does not acknowledge pings.
    init(_ wire: Wire, to address: SocketAddress, _ tls: NIOSSLContext?, acknowledges: Bool = true) async throws {
        self.wire = wire
        self.address = address
        self.tls = tls
        let (frames, continuation) = AsyncStream.makeStream(of: HTTP2Frame.FramePayload.self)
        self.frames = frames
        guard wire == .http2TLS else {
            (self.connection, self.streams) = (nil, nil)
            return
        }
        (self.connection, self.streams) = try await Self.connect(to: address, tls) { channel in
            let streams = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
                mode: .client,
                connectionConfiguration: .init(),
                streamConfiguration: .init()
            ) { $0.close() }
            if !acknowledges {
                let handler = try channel.pipeline.syncOperations.handler(type: NIOHTTP2Handler.self)
                try channel.pipeline.syncOperations.addHandler(FrameDropper(), position: .before(handler))
            }
            try channel.pipeline.syncOperations.addHandler(FrameReader(continuation))
            return (channel, streams)
        }
    }

    /// Opens a connection and sets up its handlers.
    static func connect<Output: Sendable>(
        to address: SocketAddress,
        _ tls: NIOSSLContext?,
        _ configure: @escaping @Sendable (any Channel) throws -> Output
    ) async throws -> Output {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(to: address) { channel in
            channel.eventLoop.makeCompletedFuture {
                if let tls {
                    let handler = try NIOSSLClientHandler(context: tls, serverHostname: "localhost")
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
                return try configure(channel)
            }
        }
    }

    /// Sends a request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: The path and query.
    ///   - headers: Headers besides those that every request has.
    ///   - body: The body.
    ///   - ends: Whether the body ends; otherwise the request stays unfinished.
    /// - Returns: The request, whose answer can be waited for.
    /// - Throws: What goes wrong with the connection.
    func start(
        _ method: HTTPMethod,
        _ target: String,
        _ headers: HTTPHeaders = [:],
        body: String = "",
        ends: Bool = true
    ) async throws -> Exchange {
        let (channel, promised) = try await self.open()
        var headers = headers
        headers.add(name: "host", value: "localhost")
        if ends {
            headers.replaceOrAdd(name: "content-length", value: String(body.utf8.count))
        } else if self.streams == nil {
            headers.add(name: "transfer-encoding", value: "chunked")
        }
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if !body.isEmpty {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
        }
        if ends { channel.write(HTTPClientRequestPart.end(nil), promise: nil) }
        channel.flush()
        return Exchange(channel: channel, promised: promised, isStream: self.streams != nil)
    }

    /// Sends a request and waits for the answer.
    func exchange(
        _ method: HTTPMethod,
        _ target: String,
        _ headers: HTTPHeaders = [:],
        body: String = ""
    ) async throws -> Answer {
        try await self.start(method, target, headers, body: body).answer()
    }

    private func open() async throws -> (any Channel, EventLoopFuture<Answer>) {
        guard let streams = self.streams, let connection = self.connection else {
            return try await Self.connect(to: self.address, self.tls) { channel in
                let promise = channel.eventLoop.makePromise(of: Answer.self)
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                try channel.pipeline.syncOperations.addHandler(AnswerReader(promise))
                return (channel, promise.futureResult)
            }
        }
        let promise = connection.eventLoop.makePromise(of: Answer.self)
        do {
            let stream = try await streams.createStreamChannel { stream in
                stream.eventLoop.makeCompletedFuture {
                    let codec = HTTP2FramePayloadToHTTP1ClientCodec(httpProtocol: .https)
                    try stream.pipeline.syncOperations.addHandlers([codec, AnswerReader(promise)])
                }
            }.get()
            return (stream, promise.futureResult)
        } catch {
            promise.fail(error)
            throw error
        }
    }
}

/// Reads the answer to one request.
final class AnswerReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<WireHTTPClient.Answer>
    private var answer: WireHTTPClient.Answer?

    init(_ promise: EventLoopPromise<WireHTTPClient.Answer>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.answer = WireHTTPClient.Answer(status: Int(head.status.code), headers: head.headers, body: "")
        case .body(let bytes):
            self.answer?.body += String(buffer: bytes)
        case .end:
            if let answer { self.promise.succeed(answer) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.promise.fail(error)
        context.close(promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.promise.fail(ChannelError.eof)
    }
}

/// Passes on the frames of an HTTP/2 connection that belong to no stream.
private final class FrameReader: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    private let frames: AsyncStream<HTTP2Frame.FramePayload>.Continuation

    init(_ frames: AsyncStream<HTTP2Frame.FramePayload>.Continuation) { self.frames = frames }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.frames.yield(self.unwrapInboundIn(data).payload)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.frames.finish() }
}

/// Drops the answers to pings on their way to the server.
private final class FrameDropper: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let bytes = self.unwrapOutboundIn(data)
        // A frame's header: three bytes of length, one of type (6: PING), one of flags (1: ACK).
        let isAnswer = bytes.getInteger(at: bytes.readerIndex, as: UInt64.self).map { $0 >> 24 == 0x00_0008_06_01 }
        if isAnswer == true { promise?.succeed() } else { context.write(data, promise: promise) }
    }
}
