import CometDServerNIO
import Foundation
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL

/// What tests of an encrypted port need: a certificate for `localhost` that nobody trusts, and clients that do.
enum TLSTestPort {
    /// The TLS of a port; its files are gone when they have been read.
    static func makeTLS() throws -> ListenerTLS {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cometd-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (chain, key) = (folder.appending(path: "chain.pem"), folder.appending(path: "key.pem"))
        try Data(self.certificate.utf8).write(to: chain)
        try Data(self.key.utf8).write(to: key)
        let paths = (chain.path(percentEncoded: false), key.path(percentEncoded: false))
        return try ListenerTLS(TLSOptions(certificateChain: paths.0, privateKey: paths.1))
    }

    /// What a client encrypts with that speaks one protocol.
    static func makeClient(offering applicationProtocol: String) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.applicationProtocols = [applicationProtocol]
        let certificates = try NIOSSLCertificate.fromPEMBytes(Array(self.certificate.utf8))
        configuration.trustRoots = .certificates(certificates)
        return try NIOSSLContext(configuration: configuration)
    }

    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBezCCASGgAwIBAgIUcntakKLpZPID0btLsdm+F9/jeq4wCgYIKoZIzj0EAwIw
        JzEVMBMGA1UECgwMQ29tZXREIHRlc3RzMQ4wDAYDVQQDDAVmaXJzdDAgFw0yMDAx
        MDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowJzEVMBMGA1UECgwMQ29tZXREIHRl
        c3RzMQ4wDAYDVQQDDAVmaXJzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJOs
        mjQbpnpFDfYjKYP30HrgIpvQBqBzs9TuaztCo4Q4GJ2eTGgw7DxqyJB4DYRipZPU
        XB9u4utgDpes4vYr10WjKTAnMA8GA1UdEwEB/wQFMAMBAf8wFAYDVR0RBA0wC4IJ
        bG9jYWxob3N0MAoGCCqGSM49BAMCA0gAMEUCIBjh8nDdi1yH8/xaRCtYa45bM9ZD
        8XPXQmFLzWzjUM8gAiEA2R/H/XNKLbaH2S3MbGTM1wIIEzfiHt93z7doiEPlGH8=
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgr3ajU688KNTcm6Qp
        KNXlYWivz6RLJSI5iR1i4xHyMnyhRANCAASTrJo0G6Z6RQ32IymD99B64CKb0Aag
        c7PU7ms7QqOEOBidnkxoMOw8asiQeA2EYqWT1FwfbuLrYA6XrOL2K9dF
        -----END PRIVATE KEY-----
        """
}

/// A client's HTTP/2 connection.
struct HTTP2TestConnection {
    /// An answer: the status, a header and the body.
    struct Answer: Sendable {
        var status: Int
        var cookie: String?
        var body: String
    }

    private let channel: any Channel
    private let streams: NIOHTTP2Handler.StreamMultiplexer

    init(to address: SocketAddress) async throws {
        let tls = try TLSTestPort.makeClient(offering: "h2")
        (self.channel, self.streams) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(to: address) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(context: tls, serverHostname: "localhost")
                    try channel.pipeline.syncOperations.addHandler(handler)
                    let streams = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
                        mode: .client,
                        connectionConfiguration: .init(),
                        streamConfiguration: .init()
                    ) { $0.close() }
                    return (channel, streams)
                }
            }
    }

    func close() { self.channel.close(promise: nil) }

    /// Sends a request; the answer can be waited for.
    func start(
        _ method: HTTPMethod,
        _ path: String,
        cookie: String? = nil,
        body: String = ""
    ) async throws -> EventLoopFuture<Answer> {
        let promise = self.channel.eventLoop.makePromise(of: Answer.self)
        let stream = try await self.streams.createStreamChannel { stream in
            stream.eventLoop.makeCompletedFuture {
                let codec = HTTP2FramePayloadToHTTP1ClientCodec(httpProtocol: .https)
                try stream.pipeline.syncOperations.addHandlers([codec, AnswerReader(promise)])
            }
        }.get()
        var headers: HTTPHeaders = ["host": "localhost", "content-length": "\(body.utf8.count)"]
        if let cookie { headers.add(name: "cookie", value: cookie) }
        let head = HTTPRequestHead(version: .http2, method: method, uri: path, headers: headers)
        stream.write(HTTPClientRequestPart.head(head), promise: nil)
        stream.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
        stream.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        return promise.futureResult
    }

    /// Sends a request and waits for its answer.
    func exchange(
        _ method: HTTPMethod,
        _ path: String,
        cookie: String? = nil,
        body: String = ""
    ) async throws -> Answer {
        try await self.start(method, path, cookie: cookie, body: body).get()
    }
}

/// Reads the answer to one request.
private final class AnswerReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<HTTP2TestConnection.Answer>
    private var answer = HTTP2TestConnection.Answer(status: 0, body: "")

    init(_ promise: EventLoopPromise<HTTP2TestConnection.Answer>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.answer.status = Int(head.status.code)
            self.answer.cookie = head.headers.first(name: "set-cookie").map { String($0.prefix { $0 != ";" }) }
        case .body(let bytes):
            self.answer.body += String(buffer: bytes)
        case .end:
            self.promise.succeed(self.answer)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.promise.fail(error)
        context.close(promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.promise.fail(ChannelError.eof) }
}
