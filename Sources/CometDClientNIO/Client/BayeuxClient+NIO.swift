import Bayeux
public import CometDClient
public import Logging
import NIOCore

extension BayeuxClient {
    /// Makes a client that travels by WebSocket and by HTTP.
    ///
    /// - Parameters:
    ///   - url: Where the server lives, such as `https://example.com/cometd`; WebSockets are opened at the same URL.
    ///   - options: How the client behaves.
    ///   - connection: How its connections are made.
    ///   - network: What it shares with other clients.
    ///   - logger: Where it logs. Default: label `cometd.client`.
    /// - Throws: ``/CometDClient/ClientError/Code/urlInvalid``, or ``/CometDClient/ClientError/Code/noTransport`` when the
    ///   options allow none.
    public convenience init(
        _ url: String,
        options: ClientOptions = ClientOptions(),
        connection: ConnectionOptions = ConnectionOptions(),
        network: ClientNetwork = .shared,
        logger: Logger = Logger(label: "cometd.client")
    ) throws(ClientError) {
        let address = try ServerAddress(url)
        let eventLoop = network.group.next()
        let cookies = NIOLoopBoundBox.makeBoxSendingValue(
            CookieStore(connection.cookies, for: address),
            eventLoop: eventLoop
        )
        try self.init(options: options, eventLoop: eventLoop, logger: logger) { connectionType, delegate, eventLoop in
            let site = ClientSite(
                address: address,
                options: options,
                connection: connection,
                network: network,
                cookies: cookies.value,
                eventLoop: eventLoop,
                logger: logger
            )
            return switch connectionType {
            case .webSocket: WebSocketTransport(site, delegate)
            case .longPolling, .callbackPolling: LongPollingTransport(site, delegate)
            }
        }
    }
}
