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
    /// With `tls` all of it is served encrypted, over HTTP/2 to clients that choose it. (`.tls(.bayeux(server),
    /// tlsConfiguration: …)` of Hummingbird's works, too, over HTTP/1 only and without renewal of the certificate.)
    ///
    /// At a graceful shutdown the connects that are held are answered before the application ends. WebSockets of
    /// Hummingbird's own are not served.
    ///
    /// - Parameters:
    ///   - server: The Bayeux server; its event loops must be those of the application.
    ///   - path: Where it lives. Default `/cometd`.
    ///   - options: How connections are treated, those of the application's routes too.
    ///   - tls: Encrypts the connections. Default `nil`: plaintext.
    /// - Returns: The builder, for the argument `server` of an `Application`.
    public static func bayeux(
        _ server: BayeuxServer,
        at path: String = "/cometd",
        options: ListenerOptions = ListenerOptions(),
        tls: ListenerTLS? = nil
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            BayeuxChildChannel(server, path: path, options: options, tls: tls, responder: responder)
        }
    }
}
