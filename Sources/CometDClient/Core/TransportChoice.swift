import Bayeux

/// Decides which transport is used, and which server of several.
///
/// A handshake is tried over one transport after the other; when all have failed, over all again at the next host.
struct TransportChoice: Sendable {
    /// The transports that may be used, the best first; never empty.
    private let allowed: [ConnectionType]
    private let sticky: Bool
    /// The transport in use.
    private(set) var current: ConnectionType
    /// Over which transports the handshake has failed in this round.
    private var failed: Set<ConnectionType> = []
    /// Which transports have worked since the client was started.
    private var worked: Set<ConnectionType> = []
    /// Other hosts, from an advice.
    private var hosts: [String] = []
    /// Which host is in use: 0 is the one of the client's URL.
    private var hostIndex = 0

    /// Begins with the best transport.
    ///
    /// - Returns: `nil` when none of the transports is one that a client outside of a browser has.
    init?(_ options: ClientOptions) {
        var seen: Set<ConnectionType> = [.callbackPolling]
        self.allowed = options.transports.filter { seen.insert($0).inserted }
        self.sticky = options.stickyReconnect
        guard let first = self.allowed.first else { return nil }
        self.current = first
    }

    /// The host in use, `nil` for the one of the client's URL.
    var host: String? { self.hostIndex == 0 ? nil : self.hosts[self.hostIndex - 1] }

    /// The transports that a handshake offers.
    var offered: [ConnectionType] { self.allowed }

    /// The application begins a session.
    mutating func started() {
        self.failed = []
        self.worked = []
        self.hosts = []
        self.hostIndex = 0
        self.current = self.allowed[0]
    }

    /// The session is lost: a round of handshakes begins, with the transport that has worked last.
    mutating func sessionLost() { self.failed = [] }

    /// The server has named other hosts.
    mutating func advised(_ hosts: [String]) {
        // The host in use stays the one in use.
        let current = self.host
        self.hosts = hosts
        guard let current else { return }
        if !hosts.contains(current) { self.hosts.append(current) }
        self.hostIndex = (self.hosts.firstIndex(of: current) ?? -1) + 1
    }

    /// A handshake has failed for want of a connection.
    ///
    /// - Returns: Whether another transport can be tried at once; otherwise a new round begins.
    mutating func handshakeFailed() -> Bool {
        self.failed.insert(self.current)
        if let next = self.allowed.first(where: { !self.failed.contains($0) }) {
            self.current = next
            return true
        }
        self.failed = []
        self.current = self.allowed.first { self.worked.contains($0) } ?? self.allowed[0]
        self.hostIndex = (self.hostIndex + 1) % (self.hosts.count + 1)
        return false
    }

    /// A handshake has been accepted.
    ///
    /// - Parameter offered: The transports that the server has; `nil` when it did not say.
    /// - Returns: Whether there is one in common.
    mutating func handshakeAccepted(_ offered: [ConnectionType]?) -> Bool {
        self.failed = []
        guard let offered, !offered.contains(self.current) else { return true }
        guard let common = self.allowed.first(where: { offered.contains($0) }) else { return false }
        self.current = common
        return true
    }

    /// A connect has been answered.
    mutating func connectAnswered() { self.worked.insert(self.current) }

    /// A connect has failed for want of a connection.
    mutating func connectFailed() {
        if self.sticky, self.worked.contains(self.current) { return }
        guard let index = self.allowed.firstIndex(of: self.current) else { return }
        self.current = self.allowed[(index + 1) % self.allowed.count]
    }
}
