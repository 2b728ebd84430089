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

    /// What the id of a session inside the server begins with; `nil` when the batch comes from a client elsewhere.
    let localHint: String?
    /// How deep the messages are nested: those of clients are at zero, what a listener publishes by a local session is
    /// one deeper than what called the listener.
    let depth: Int

    /// The session that the first message names; `nil` for a handshake, whose `clientId` means nothing.
    var namedSession: String? {
        let first = BayeuxMessage(self.bytes, self.envelopes[0])
        guard let clientID = first[.clientID] else { return nil }
        return first[.channel]?.stringValue == "/meta/handshake" ? nil : clientID.stringValue
    }

    /// One of the messages.
    func message(_ index: Int) -> BayeuxMessage {
        BayeuxMessage(self.bytes, self.envelopes[index], origin: self)
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
        self.localHint = nil
        self.depth = 0
    }

    /// Makes the batch of a local session, of one message.
    init(_ message: BayeuxMessage, localHint: String, depth: Int) {
        var bytes = ByteBuffer()
        message.encode(into: &bytes)
        var envelopes: ContiguousArray<MessageEnvelope> = []
        guard (try? BatchScanner.scan(bytes, limits: ScanLimits(maxDepth: .max), into: &envelopes)) == .object else {
            preconditionFailure("a message is encoded as valid JSON")
        }
        self.bytes = bytes
        self.envelopes = envelopes
        self.connectionType = .webSocket
        self.context = LocalContext()
        self.browserID = nil
        self.isHTTP2 = false
        self.localHint = localHint
        self.depth = depth
    }
}

/// What is known of a request that no client has sent.
private struct LocalContext: BayeuxContext {
    var remoteAddress: SocketAddress? { nil }
    var localAddress: SocketAddress? { nil }
    var uri: String { "" }
    func headers(_ name: String) -> [String] { [] }
}
