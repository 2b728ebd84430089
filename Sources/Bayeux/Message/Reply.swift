import NIOCore

/// The server's answer to one message, before it is encoded.
///
/// What is echoed from the request (channel, id, subscription) stays the JSON that came.
package struct Reply: Sendable {
    /// The request's channel; absent when the request had none that can be echoed.
    package var channel: JSONBytes?
    /// The request's id, sent back as a string.
    package var id: JSONBytes?
    /// The request's subscription.
    package var subscription: JSONBytes?
    /// Why the request failed, as it stands on the wire; `nil` for success.
    package var error: String?
    /// What the client must do next.
    package var advice: Advice?
    /// What extensions answer.
    package var ext: JSONBytes?
    /// The new session and what it may use; only in replies to a successful handshake.
    package var handshake: Handshake?

    /// What only the reply to a handshake holds.
    package struct Handshake: Sendable {
        /// The new session; absent when the handshake failed.
        package var clientID: String?
        /// The transports that the server has.
        package var supportedConnectionTypes: [ConnectionType]

        package init(clientID: String?, supportedConnectionTypes: [ConnectionType]) {
            self.clientID = clientID
            self.supportedConnectionTypes = supportedConnectionTypes
        }
    }

    /// Makes a successful reply to a message.
    package init(to request: BayeuxMessage) {
        self.channel = request[.channel].flatMap { $0.kind == .string ? $0 : nil }
        self.id = request[.id].flatMap { $0.kind == .string || $0.kind == .number ? $0 : nil }
        self.subscription = request[.subscription].flatMap { $0.isNull ? nil : $0 }
    }

    /// Adds a member to ``ext``.
    package mutating func addExt(_ name: String, _ value: JSONBytes) {
        guard self.ext != nil else {
            var buffer = ByteBuffer(string: "{\"\(name)\":")
            buffer.writeImmutableBuffer(value.buffer)
            buffer.writeStaticString("}")
            self.ext = JSONBytes(trusted: buffer)
            return
        }
        var object = JSONObject()
        if case .object(let members)? = self.ext?.value() { object = members }
        object[name] = value.value()
        self.ext = JSONBytes(.object(object))
    }

    /// Lets go of the bytes of the request, for a reply that is kept for long.
    package mutating func detach() {
        self.channel = self.channel.map { $0.hasBytes(Self.connect.bytes) ? Self.connect.json : $0.detached }
        self.id = self.id?.detached
        self.subscription = self.subscription?.detached
        self.ext = self.ext?.detached
    }

    /// The channel of the only replies that are kept, shared by all of them.
    private static let connect = {
        let bytes = Array("\"/meta/connect\"".utf8)
        return (bytes: bytes, json: JSONBytes(trusted: ByteBuffer(bytes: bytes)))
    }()

    /// The reply as a message, for extensions to read and change.
    package var message: BayeuxMessage {
        var buffer = ByteBuffer()
        self.encode(into: &buffer)
        var envelopes: ContiguousArray<MessageEnvelope> = []
        guard (try? BatchScanner.scan(buffer, limits: ScanLimits(maxDepth: .max), into: &envelopes)) == .object,
            let envelope = envelopes.first
        else {
            preconditionFailure("a reply is encoded as valid JSON")
        }
        return BayeuxMessage(buffer, envelope)
    }
}
