import Bayeux

/// The transport that a request came by, with what its answer needs to know of it.
enum HTTPTransport: Hashable, Sendable {
    case longPolling
    /// The answer calls a function of the page.
    case callbackPolling(function: String)

    /// The transport as the engine names it.
    var connectionType: ConnectionType {
        switch self {
        case .longPolling: .longPolling
        case .callbackPolling: .callbackPolling
        }
    }
}
