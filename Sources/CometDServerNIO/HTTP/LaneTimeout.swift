import NIOCore

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

    /// How long it is waited for.
    func duration(_ options: ListenerOptions) -> TimeAmount {
        switch self {
        case .request: TimeAmount(options.requestTimeout)
        case .idle: TimeAmount(options.idleTimeout)
        case .write: .seconds(60)
        case .linger: .seconds(2)
        }
    }
}
