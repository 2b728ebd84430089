import Bayeux

/// A `/meta/connect` that waits for a message, its timeout or the session's end.
struct HeldConnect {
    /// Where its answer goes.
    enum Way {
        /// The HTTP request that brought it; `browser` is set when it counts among its browser's held connects.
        case request(any RequestResponder, of: Browser?)
        /// The session's WebSocket, whichever that is when it is answered.
        case link
    }

    /// The answer, as it will be sent.
    var reply: Reply
    var way: Way
    /// The `ext` of the connect, when extensions will see the reply.
    var requestExt: JSONBytes?

    /// What is left of the connect, for extensions that see the reply.
    var request: BayeuxMessage {
        var request = BayeuxMessage(channel: "/meta/connect")
        request.ext = self.requestExt
        if let id = self.reply.id { request[.id] = id }
        return request
    }
}
