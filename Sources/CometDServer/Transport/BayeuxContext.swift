public import NIOCore

/// What is known of the request that a message came with.
///
/// For a WebSocket this is the request that opened it: later messages have no request of their own.
///
/// - SeeAlso: CometD 3.1 reference book, "BayeuxContext".
public protocol BayeuxContext: Sendable {
    /// The client's address; `nil` when the connection has none, such as a Unix domain socket.
    var remoteAddress: SocketAddress? { get }
    /// The address that the client reached.
    var localAddress: SocketAddress? { get }
    /// The path and query that the client asked for.
    var uri: String { get }
    /// The values of a request header, in their order; empty when it was not sent.
    ///
    /// - Parameter name: The header's name in any case.
    /// - Returns: The values.
    func headers(_ name: String) -> [String]
    /// Whether the connection is encrypted.
    ///
    /// Default: whether there is a ``tls``. Behind a proxy that ends TLS it is `false`.
    var isSecure: Bool { get }
    /// The version of HTTP that the client speaks: `1.0`, `1.1` or `2`.
    ///
    /// Default `1.1`.
    var httpVersion: String { get }
    /// What is known of the connection's TLS; `nil` without TLS.
    ///
    /// Default `nil`.
    var tls: TLSFacts? { get }
    /// Who the client is, as far as the connection proves it.
    ///
    /// Default: the common name of its certificate; `nil` without one.
    var principal: String? { get }
}

extension BayeuxContext {
    /// Whether the connection is encrypted: whether there is a ``tls``.
    public var isSecure: Bool { self.tls != nil }
    /// The version of HTTP: `1.1`.
    public var httpVersion: String { "1.1" }
    /// Nothing is known of any TLS.
    public var tls: TLSFacts? { nil }
    /// The common name of the client's certificate; `nil` without one.
    public var principal: String? { self.tls?.clientCertificate?.commonName }
}
