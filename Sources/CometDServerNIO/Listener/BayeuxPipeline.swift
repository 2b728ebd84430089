package import CometDServer
package import Logging
package import NIOCore
import NIOHTTP1
import NIOTLS

/// Sets up the connections of a port on which a Bayeux server lives.
package struct BayeuxPipeline: Sendable {
    let endpoint: BayeuxEndpoint
    private let tls: ListenerTLS?

    /// Describes the port.
    ///
    /// - Parameters:
    ///   - server: The engine.
    ///   - path: Requests to this path and below are Bayeux's.
    ///   - options: How connections are treated.
    ///   - tls: Encrypts the connections; `nil` when they are not encrypted, or by something that comes before.
    ///   - fallback: Answers all other requests.
    package init(
        server: BayeuxServer,
        path: String,
        options: ListenerOptions,
        tls: ListenerTLS? = nil,
        fallback: any FallbackLane
    ) {
        self.endpoint = BayeuxEndpoint(server: server, path: path, options: options, fallback: fallback)
        self.tls = tls
    }

    /// Adds the handlers of a connection: those of HTTP/1, or those of TLS, which add the others when the client has
    /// chosen.
    ///
    /// Called on the channel's event loop, which must be one of the server's.
    ///
    /// - Parameters:
    ///   - channel: The connection.
    ///   - logger: Where it logs.
    /// - Throws: `ChannelError` when the channel has been closed already.
    package func configure(_ channel: any Channel, logger: Logger) throws {
        guard let tls = self.tls else { return try self.startHTTP1(channel, nil, logger: logger) }
        // With TLS no client closes its side and waits for the answer. One that goes without the closing messages of TLS
        // would be waited for otherwise.
        try? channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
        let timers = self.endpoint.server.timers(of: channel.eventLoop)
        let start = TLSConnectionStart(self, tls, timers: timers, logger: logger)
        let hello = SNIHandler { result in
            channel.eventLoop.makeCompletedFuture { try start.clientSaidHello(result) }
        }
        try channel.pipeline.syncOperations.addHandlers([ByteToMessageHandler(hello), start])
    }

    /// Adds the handlers of an HTTP/1 connection, from the decoder on.
    func startHTTP1(_ channel: any Channel, _ facts: ConnectionFacts?, logger: Logger) throws {
        let decoder = RequestDecoder(maxHeaderSize: self.endpoint.options.maxHeaderSize)
        let lane = FastLane(self.endpoint, behind: decoder, facts, on: channel.eventLoop, logger: logger)
        try channel.pipeline.syncOperations.addHandlers([lane.decoderHandler, lane])
    }

    /// Sets the options of an accepted socket: no delay of small answers, little memory while idle.
    ///
    /// Called on the channel's event loop. An option that the channel does not have, such as `TCP_NODELAY` of a Unix
    /// domain socket, makes no difference.
    package static func setSocketOptions(of channel: any Channel) {
        guard let options = channel.syncOptions else { return }
        try? options.setOption(.tcpOption(.tcp_nodelay), value: 1)
        try? options.setOption(
            .recvAllocator,
            value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 512, maximum: 65536)
        )
        try? options.setOption(.maxMessagesPerRead, value: 1)
        // Told apart from a client that is gone: one that has sent its request and closed its side.
        try? options.setOption(.allowRemoteHalfClosure, value: true)
    }

    /// How many connections are accepted in one tick, so that a storm of them is over soon.
    package static let acceptsPerTick: UInt = 256
    /// How many connections may wait to be accepted.
    package static let backlog: Int32 = 4096
}
