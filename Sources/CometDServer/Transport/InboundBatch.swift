package import Bayeux
package import NIOCore

/// The messages of one HTTP request or one WebSocket frame, scanned, on their way into the engine.
///
/// An object, because it is passed on from hand to hand and never changed.
package final class InboundBatch: Sendable {
    /// The text that was scanned.
    package let bytes: ByteBuffer
    /// Where the messages and their fields lie in it; never empty.
    package let envelopes: ContiguousArray<MessageEnvelope>
    /// How it came.
    package let connectionType: ConnectionType
    /// What is known of the request.
    package let context: any BayeuxContext
    /// The value of the browser cookie; only over HTTP.
    package let browserID: String?
    /// Whether it is a request over HTTP/2, for which a browser's held connects have a limit of their own.
    package let isHTTP2: Bool

    /// The session that the first message names; `nil` for a handshake, whose `clientId` means nothing.
    var namedSession: String? {
        let first = BayeuxMessage(self.bytes, self.envelopes[0])
        return first.channel == "/meta/handshake" ? nil : first.clientID
    }

    package init(
        bytes: ByteBuffer,
        envelopes: ContiguousArray<MessageEnvelope>,
        connectionType: ConnectionType,
        context: any BayeuxContext,
        browserID: String? = nil,
        isHTTP2: Bool = false
    ) {
        self.bytes = bytes
        self.envelopes = envelopes
        self.connectionType = connectionType
        self.context = context
        self.browserID = browserID
        self.isHTTP2 = isHTTP2
    }
}
