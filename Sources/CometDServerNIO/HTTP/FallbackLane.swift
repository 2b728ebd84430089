package import NIOCore

/// What answers the requests on a listener's port that are not Bayeux's.
package protocol FallbackLane: Sendable {
    /// Adds its handlers at the end of the pipeline, on the channel's event loop.
    ///
    /// Called at the connection's first such request, and for each such request over HTTP/2, whose stream is a channel
    /// of its own. The handlers take `HTTPServerRequestPart`s, one request at a time, and write
    /// `HTTPServerResponsePart`s, with one `.end` for each request.
    ///
    /// - Parameters:
    ///   - channel: The connection or the stream.
    ///   - isSecure: Whether it is encrypted.
    /// - Throws: What makes it impossible.
    func install(on channel: any Channel, isSecure: Bool) throws
}
