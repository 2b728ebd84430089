public import CometDServer
public import CometDServerNIO
public import HummingbirdCore

extension HTTPServerBuilder {
    /// Serves a Bayeux server and the application's routes on one port.
    ///
    /// Requests to the path and below go to the Bayeux server, over long-polling, callback-polling and WebSocket; all
    /// others go to the application as with `http1()`. Both must use the same event loops:
    ///
    /// ```swift
    /// let server = BayeuxServer()
    /// let app = Application(
    ///     router: router,
    ///     server: .bayeux(server),
    ///     configuration: ApplicationConfiguration(address: .hostname("0.0.0.0", port: 8080), backlog: 4096),
    ///     services: [server])
    /// try await app.runService()
    /// ```
    ///
    /// At a graceful shutdown the connects that are held are answered before the application ends. Wrap it as
    /// `.tls(.bayeux(server), tlsConfiguration: …)` for TLS. WebSockets of Hummingbird's own are not served.
    ///
    /// - Parameters:
    ///   - server: The Bayeux server; its event loops must be those of the application.
    ///   - path: Where it lives. Default `/cometd`.
    ///   - options: How connections are treated, those of the application's routes too.
    /// - Returns: The builder, for the argument `server` of an `Application`.
    public static func bayeux(
        _ server: BayeuxServer,
        at path: String = "/cometd",
        options: ListenerOptions = ListenerOptions()
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            BayeuxChildChannel(server, path: path, options: options, responder: responder)
        }
    }
}
