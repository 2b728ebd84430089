/// How connections over HTTP/2 are treated.
///
/// How long one may be open without a request is ``ListenerOptions/idleTimeout``, how long a request may take to arrive
/// ``ListenerOptions/requestTimeout``, as with HTTP/1.
///
/// - SeeAlso: RFC 9113.
public struct HTTP2Options: Sendable, Hashable {
    /// How many requests of one connection may be unanswered at a time, held connects included.
    ///
    /// Default 100. Clients are told so, and wait with further ones; one that sends them nevertheless breaks the protocol,
    /// and its connection is closed. Each may hold as much memory as its body has bytes, up to the transport's
    /// `maxMessageSize`.
    public var maxConcurrentStreams = 100
    /// How many bytes the path, the query and the headers of a request may have together, counted with 32 more for each.
    ///
    /// Default 16 KiB. Beyond it the connection is closed.
    public var maxHeaderListSize = 16 << 10
    /// How long a client may be silent before it is asked whether it is still there.
    ///
    /// Default 30 s.
    public var pingInterval: Duration = .seconds(30)
    /// How long a client has for its answer to that question.
    ///
    /// Default 20 s. Beyond it the end of the connection is announced to the client, which has as long again to answer to
    /// that, but not more than 5 s. Beyond that the connection is closed.
    public var pingTimeout: Duration = .seconds(20)
    /// How long requests may go on when the end of the connection has been announced.
    ///
    /// Default 30 s. Beyond it the connection is closed. Connects that are held are answered before.
    public var gracePeriod: Duration = .seconds(30)

    /// Makes the defaults.
    public init() {}
}
