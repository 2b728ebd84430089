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
}
