import NIOCore

/// The faults that are switched on in a ``FaultProxy``.
struct ProxyFaults {
    /// Whether nothing moves, in either direction.
    var isFrozen = false
    /// Whether requests for a WebSocket are answered with 403.
    var refusesUpgrades = false
    /// How much later everything is passed on.
    var delay = TimeAmount.zero
    /// The number of bytes to the server after which a connection is cut.
    var cutToServer: Int?
    /// The number of bytes to the client after which a connection is cut.
    var cutToClient: Int?

    /// The number of bytes after which a connection is cut; assign `nil` to disarm it.
    subscript(cut direction: ProxyLane.Direction) -> Int? {
        get {
            switch direction {
            case .toServer: self.cutToServer
            case .toClient: self.cutToClient
            }
        }
        set {
            switch direction {
            case .toServer: self.cutToServer = newValue
            case .toClient: self.cutToClient = newValue
            }
        }
    }
}
