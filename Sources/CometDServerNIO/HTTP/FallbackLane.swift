package import NIOCore

/// What answers the requests on a listener's port that are not Bayeux's.
package protocol FallbackLane: Sendable {
    /// Adds its handlers at the end of the pipeline, on the channel's event loop.
    ///
    /// Called at the connection's first such request. The handlers take `HTTPServerRequestPart`s, one request at a
    /// time, and write `HTTPServerResponsePart`s, with one `.end` for each request.
    func install(on channel: any Channel) throws
}
