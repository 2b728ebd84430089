import Bayeux
import NIOCore

// The steps that all messages have in common: shape, extensions, session.
extension Exchange {
    /// Checks the fields that every message needs.
    func validate() -> Step {
        guard self.message.isObject, let channel = self.message[.channel], !channel.isNull else {
            self.messageReply.channel = nil
            return self.refuse(.channelMissing)
        }
        // Only names of legal characters go any further: looking up others in a table can be made to take long.
        guard let name = channel.stringValue, ChannelCharacters.areLegal(name) else {
            return self.refuse(.channelInvalid)
        }
        self.channelName = name
        if self.shard.core.options.validateMessageFields, let id = self.message[.id], !Self.isLegalID(id) {
            return self.refuse(.idInvalid)
        }
        return .incomingExtensions
    }

    private static func isLegalID(_ id: JSONBytes) -> Bool {
        switch id.kind {
        case .number, .null: true
        case .string: id.stringValue.map(ChannelCharacters.areLegal) ?? false
        case .object, .array, .bool: false
        }
    }

    /// Lets the extensions see the message, in the order of their registration.
    func passIncomingExtensions() -> Step {
        guard !self.shard.hooks.extensions.isEmpty else { return .sessionCheck }
        let extensions = self.shard.hooks.extensions
        let sender = self.session?.handle
        self.await { exchange in
            var message = exchange.value.message
            exchange.value.isAllowed = await Self.passIncoming(
                &message,
                from: sender,
                extensions,
                exchange.value.shard.core.logger
            )
            exchange.value.message = message
            exchange.value.channelName = message.channel ?? ""
        }
        return .sessionCheck
    }

    /// Sends the message on to the steps of its channel; all but a handshake need the batch's session.
    func checkSession() -> Step {
        guard self.isAllowed else { return self.refuse(.messageDeleted) }
        if self.channelName == "/meta/handshake" { return .handshakePolicy }
        guard let session = self.session, self.shard.session(session.id) === session, self.isSent(by: session) else {
            if self.channelName == "/meta/connect" {
                self.messageReply.advice = Advice(reconnect: .handshake, interval: .zero)
            }
            return self.refuse(.sessionUnknown)
        }
        session.clientSeen()
        switch self.channelName {
        case "/meta/connect": return .connect
        case "/meta/disconnect": return .disconnect
        case "/meta/subscribe": return self.readSubscriptions() ?? .nextSubscription
        case "/meta/unsubscribe": return self.readSubscriptions() ?? .unsubscription
        default: return .publishCreation
        }
    }

    /// Whether the message names the session; compared as bytes when it came as it was sent.
    private func isSent(by session: SessionState) -> Bool {
        guard let clientID = self.message[.clientID] else { return false }
        return clientID.hasBytes(session.quotedID) || clientID.stringValue == session.id
    }
}
