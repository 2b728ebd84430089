import CometDServer
import Logging
import NIOCore
import NIOHTTP2

extension BayeuxPipeline {
    /// Adds the handlers of an HTTP/2 connection, whose client has chosen it by ALPN.
    ///
    ///     TLS - NIOHTTP2Handler - HTTP2ConnectionEnd - NIOHTTP2ServerConnectionManagementHandler
    ///
    /// Each stream has a pipeline of its own:
    ///
    ///     HTTP2FramePayloadToHTTP1ServerCodec - StreamLane - {if the request is not ours: fallback}
    func startHTTP2(_ channel: any Channel, _ facts: ConnectionFacts, logger: Logger) throws {
        let endpoint = self.endpoint
        let timers = endpoint.server.timers(of: channel.eventLoop)
        let options = endpoint.options.http2
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: Self.legal(options.maxConcurrentStreams)),
            HTTP2Setting(parameter: .maxHeaderListSize, value: Self.legal(options.maxHeaderListSize)),
        ]
        let management = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(
                maxIdleTime: TimeAmount(endpoint.options.idleTimeout),
                maxAge: nil,
                maxGraceTime: TimeAmount(options.gracePeriod),
                keepalive: .init(
                    pingInterval: TimeAmount(options.pingInterval),
                    ackTimeout: TimeAmount(options.pingTimeout)
                )
            )
        )
        let end = HTTP2ConnectionEnd(within: TimeAmount(options.pingTimeout), timers: timers, logger: logger)
        let pipeline = channel.pipeline.syncOperations
        _ = try pipeline.configureHTTP2Pipeline(
            mode: .server,
            connectionConfiguration: connection,
            streamConfiguration: .init(),
            streamDelegate: management.http2StreamDelegate
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let codec = HTTP2FramePayloadToHTTP1ServerCodec()
                let lane = StreamLane(endpoint, facts, on: stream.eventLoop, logger: logger)
                try stream.pipeline.syncOperations.addHandlers([codec, lane])
            }
        }
        try pipeline.addHandlers([end, management])
        // It waits for the connection to become active, which it is since before the TLS handshake.
        try pipeline.context(handler: end).fireChannelActive()
    }

    /// The value of a setting in the range that the protocol has for it.
    private static func legal(_ value: Int) -> Int { max(1, min(value, Int(Int32.max))) }
}
