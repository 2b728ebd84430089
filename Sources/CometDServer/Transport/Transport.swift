import Bayeux

/// One of the ways that messages travel, with what was configured for it; shared by all sessions that use it.
final class Transport: Sendable {
    let connectionType: ConnectionType
    /// The options that all transports have.
    let options: TransportOptions
    /// The options of an HTTP transport.
    let http: HTTPTransportOptions?

    /// Makes what stands for the transport of local sessions.
    init(local options: ServerOptions) {
        self.connectionType = .webSocket
        var common = options.webSocket.common
        common.metaConnectDeliverOnly = false
        common.allowMessageDeliveryDuringHandshake = true
        self.options = common
        self.http = nil
    }

    init(_ connectionType: ConnectionType, options: ServerOptions) {
        self.connectionType = connectionType
        switch connectionType {
        case .webSocket:
            self.options = options.webSocket.common
            self.http = nil
        case .longPolling:
            self.options = options.longPolling.common
            self.http = options.longPolling
        case .callbackPolling:
            self.options = options.callbackPolling.common
            self.http = options.callbackPolling
        }
    }
}
