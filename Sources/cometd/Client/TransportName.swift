import ArgumentParser
import Bayeux

/// A transport that a command can travel by, by the name that it has on a command line.
enum TransportName: String, CaseIterable, ExpressibleByArgument {
    case webSocket = "websocket"
    case longPolling = "long-polling"

    /// The transport itself.
    var connectionType: ConnectionType {
        switch self {
        case .webSocket: .webSocket
        case .longPolling: .longPolling
        }
    }
}
