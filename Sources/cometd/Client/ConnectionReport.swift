import Bayeux
import CometDClient
import CometDServer

/// What a command tells on standard error of its connection: one line for each change.
struct ConnectionReport {
    private var isConnected = false

    /// What a new state is told as; `nil` when there is nothing to tell.
    ///
    /// - Parameters:
    ///   - state: The state.
    ///   - connectionType: The transport in use.
    ///   - clientID: The session's id.
    /// - Returns: The line.
    mutating func line(
        for state: BayeuxClient.State,
        _ connectionType: ConnectionType?,
        _ clientID: String?
    ) -> String? {
        switch state {
        case .connected:
            guard !self.isConnected else { return nil }
            self.isConnected = true
            let transport = connectionType?.rawValue ?? "an unknown transport"
            return "connected by \(transport), session \((clientID ?? "unknown").shownOnOneLine)"
        case .unconnected:
            self.isConnected = false
            return nil
        case .rehandshaking:
            self.isConnected = false
            return "the session is lost, making a new one"
        case .disconnected, .handshaking, .handshaken, .connecting, .disconnecting, .terminating:
            return nil
        }
    }

    /// The line for a failure; `nil` when the client does not go on after it, which is told elsewhere, or when it
    /// concerns a single message.
    static func line(for failure: ClientFailure) -> String? {
        guard let delay = failure.retryDelay else { return nil }
        let again = delay > .zero ? "trying again in \(delay.inWords)" : "trying again"
        let reason = failure.error.reason.onOneLine
        switch failure.channel {
        case "/meta/connect":
            return "connection lost: \(reason), \(again)"
        case "/meta/handshake":
            let transport = failure.connectionType.rawValue
            return "cannot connect by \(transport): \(reason), \(again)"
        default:
            return nil
        }
    }
}
