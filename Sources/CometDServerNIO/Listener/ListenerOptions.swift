/// How a listener treats its connections, whatever is asked on them.
///
/// What belongs to a transport, such as the size of a body, is among the server's options.
public struct ListenerOptions: Sendable, Hashable {
    /// How long a client may take to send one request, from its first byte to its last.
    ///
    /// Default 30 s. Beyond it the request is answered with 408 and the connection closed. How long a connect is held does not
    /// count, nor the bodies of requests that are not Bayeux's.
    public var requestTimeout: Duration = .seconds(30)
    /// How long a connection may be open without a request.
    ///
    /// Default 60 s. Beyond it the connection is closed, over HTTP/2 with an announcement. A client that does not read its answer is waited for 60 s, too.
    public var idleTimeout: Duration = .seconds(60)
    /// How many bytes the path, the query and the headers of a request may have together.
    ///
    /// Default 8 KiB. Beyond it the request is answered with 431, or 414 when the path and query alone are too long, and the
    /// connection closed.
    public var maxHeaderSize = 8 << 10
    /// How connections over HTTP/2 are treated.
    public var http2 = HTTP2Options()

    /// Makes the defaults.
    public init() {}
}
