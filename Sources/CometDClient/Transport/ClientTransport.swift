package import Bayeux
package import NIOCore

/// One way by which a client's messages travel; it decides no question of the protocol.
///
/// Made, called and calling on the event loop of its client.
package protocol ClientTransport: AnyObject {
    /// Sends a text; how it went, the delegate is told.
    func send(_ exchange: ClientExchange)

    /// Nobody waits for an exchange any more: it took too long.
    func abandon(_ exchange: ClientExchange.ID, _ kind: ClientExchange.Kind)

    /// Closes all connections; the delegate is told of nothing more until something is sent again.
    func close()
}

/// Messages that leave together.
package struct ClientExchange: Sendable {
    /// Names an exchange of one client.
    package typealias ID = Int

    /// What the messages are for.
    package enum Kind: String, Sendable {
        case handshake, connect, disconnect
        /// Anything else.
        case other
    }

    /// The exchange's name.
    package let id: ID
    /// What the messages are for; a batch with a connect is a connect.
    package let kind: Kind
    /// A JSON array of messages.
    package let body: ByteBuffer
    /// Which of the client's servers it goes to: `nil` for the one of its URL, or `host[:port]` from an advice.
    package let host: String?
}

/// Told by a transport of what comes and what fails.
package protocol ClientTransportDelegate: AnyObject {
    /// Messages have come.
    ///
    /// - Parameters:
    ///   - text: What should be a JSON array of messages.
    ///   - connectionType: The transport.
    ///   - exchange: The request that it answers; `nil` when the transport cannot tell.
    func received(_ text: ByteBuffer, over connectionType: ConnectionType, for exchange: ClientExchange.ID?)

    /// An exchange, or with `nil` all that the transport has begun, will not be answered.
    func failed(_ error: ClientError, over connectionType: ConnectionType, exchange: ClientExchange.ID?)

    /// An exchange has been answered in full: replies that have not come by now will not come.
    func answered(_ exchange: ClientExchange.ID, over connectionType: ConnectionType)
}
