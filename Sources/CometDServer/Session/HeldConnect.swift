import Bayeux

/// A `/meta/connect` that waits for a message, its timeout or the session's end.
struct HeldConnect {
    /// Where its answer goes.
    enum Way {
        /// The HTTP request that brought it; `browserID` is set when it counts among its browser's held connects.
        case request(any RequestResponder, browserID: String?)
        /// The session's WebSocket, whichever that is when it is answered.
        case link
    }

    /// The answer, as it will be sent.
    var reply: Reply
    var way: Way
}
