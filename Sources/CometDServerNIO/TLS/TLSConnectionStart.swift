import CometDServer
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// Stands for HTTP in the pipeline of an encrypted connection until it is known which version the client chose.
///
///     {until the client has said hello: SNIHandler} - {from then on: NIOSSLServerHandler} - TLSConnectionStart
///
/// The TLS handler, which takes most of the memory, is made when the client has said hello, with the certificate that
/// is current then. Confined to the channel's event loop.
final class TLSConnectionStart: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// How much memory the TLS handler keeps for what it writes next.
    private static let keptBufferSize = 4096

    private let pipeline: BayeuxPipeline
    private let tls: ListenerTLS
    private let timers: TimerWheel
    private let logger: Logger
    private var context: ChannelHandlerContext?
    private var serverName: String?
    private lazy var timer = TimerWheel.Timer { [unowned self] _ in self.context?.close(promise: nil) }

    init(_ pipeline: BayeuxPipeline, _ tls: ListenerTLS, timers: TimerWheel, logger: Logger) {
        self.pipeline = pipeline
        self.tls = tls
        self.timers = timers
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.timers.set(self.timer, in: TimeAmount(self.tls.options.handshakeTimeout))
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.timers.cancel(self.timer)
        self.context = nil
    }

    /// The client has said hello, and perhaps to whom.
    func clientSaidHello(_ result: SNIResult) throws {
        guard let context = self.context else { return }
        if case .hostname(let name) = result { self.serverName = name }
        var configuration = NIOSSLServerHandler.Configuration()
        configuration.maximumPreservedOutboundBufferCapacity = Self.keptBufferSize
        let handler = NIOSSLServerHandler(context: self.tls.context, configuration: configuration)
        try context.pipeline.syncOperations.addHandler(handler, position: .before(self))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted(let applicationProtocol):
            self.handshakeEnded(context, applicationProtocol)
        case is ChannelShouldQuiesceEvent, ChannelEvent.inputClosed:
            // Nothing has been asked yet.
            context.close(promise: nil)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.logger.debug("connection failed", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    private func handshakeEnded(_ context: ChannelHandlerContext, _ applicationProtocol: String?) {
        let facts = ConnectionFacts(
            of: context.channel,
            applicationProtocol: applicationProtocol,
            serverName: self.serverName
        )
        do {
            if applicationProtocol == "h2" {
                try self.pipeline.startHTTP2(context.channel, facts, logger: self.logger)
            } else {
                try self.pipeline.startHTTP1(context.channel, facts, logger: self.logger)
            }
        } catch {
            self.logger.debug("connection failed", metadata: ["error": "\(error)"])
            context.close(promise: nil)
            return
        }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
