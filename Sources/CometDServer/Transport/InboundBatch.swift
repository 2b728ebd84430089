package import Bayeux
package import NIOCore

/// The messages of one HTTP request or one WebSocket frame, scanned, on their way into the engine.
package struct InboundBatch: Sendable {
    /// The text that was scanned.
    package var bytes: ByteBuffer
    /// Where the messages and their fields lie in it; never empty.
    package var envelopes: ContiguousArray<MessageEnvelope>
    /// How it came.
    package var connectionType: ConnectionType
    /// What is known of the request.
    package var context: any BayeuxContext
    /// The value of the browser cookie; only over HTTP.
    package var browserID: String?

    package init(
        bytes: ByteBuffer,
        envelopes: ContiguousArray<MessageEnvelope>,
        connectionType: ConnectionType,
        context: any BayeuxContext,
        browserID: String? = nil
    ) {
        self.bytes = bytes
        self.envelopes = envelopes
        self.connectionType = connectionType
        self.context = context
        self.browserID = browserID
    }
}
