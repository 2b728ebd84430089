/// What a connection is waited for.
enum LaneTimeout: Hashable {
    /// The rest of a request.
    case request
    /// The next request.
    case idle
    /// The client's reading of what was sent.
    case write
    /// The client's closing of its side behind the last answer.
    case linger
}
