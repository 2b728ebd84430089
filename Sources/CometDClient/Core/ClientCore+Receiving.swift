import Bayeux
import Logging
import NIOCore

// Messages that come from the server.
extension ClientCore {
    func received(_ text: ByteBuffer, over connectionType: ConnectionType, for exchange: ClientExchange.ID?) {
        var envelopes: ContiguousArray<MessageEnvelope> = []
        let limits = ScanLimits(maxDepth: self.options.maxDepth, maxMessages: self.options.maxMessages)
        do {
            let shape = try BatchScanner.scan(text, limits: limits, into: &envelopes)
            guard shape != .null else { return }
        } catch {
            return self.malformed("\(error)", over: connectionType, exchange)
        }
        guard envelopes.allSatisfy(\.isObject) else {
            return self.malformed("not an array of messages", over: connectionType, exchange)
        }
        // An answer that carries messages is no sign of a server that does not hold connects.
        let hasDeliveries = envelopes.contains { $0.successful.isEmpty }
        for envelope in envelopes {
            self.handle(BayeuxMessage(text, envelope), hasDeliveries: hasDeliveries)
        }
        self.scheduleFlush()
    }

    private func malformed(_ problem: String, over connectionType: ConnectionType, _ exchange: ClientExchange.ID?) {
        let error = ClientError(.malformedAnswer, problem)
        guard let exchange else {
            // A connection that brings nonsense is of no use.
            self.openTransport(connectionType)?.close()
            return self.failed(error, over: connectionType, exchange: nil)
        }
        self.failed(error, over: connectionType, exchange: exchange)
    }

    private func handle(_ received: BayeuxMessage, hasDeliveries: Bool) {
        var message = received
        var isHidden = false
        for installed in self.extensions.all where !isHidden {
            do {
                isHidden = try !installed.incoming(&message)
            } catch {
                self.log(error, of: installed)
            }
        }
        guard let isSuccessful = message.isSuccessful else {
            if !isHidden { self.dispatch(message) }
            return
        }
        let id = message.id ?? self.idOfReply(on: message.channel)
        if let id, message.data != nil, let call = self.calls.removeValue(forKey: id) {
            return call.completion(
                isSuccessful ? .success(message) : .failure(ClientError(refusal: message, .callFailed))
            )
        }
        if let id, let sent = self.unanswered[id], sent.request.channel == message.channel {
            _ = self.takeUnanswered(id)
            self.settle(id, sent.exchange)
            self.answer(sent.request, with: message, isSuccessful, hasDeliveries: hasDeliveries)
        }
        // Replies are for who listens to the protocol's channels; to others, only what brings data is a message.
        let isMeta = message.channel?.hasPrefix("/meta/") == true
        if !isHidden, isMeta || message.data != nil { self.dispatch(message) }
    }

    /// Servers may leave the `id` out of replies on the protocol's channels, of which only one is under way.
    private func idOfReply(on channel: String?) -> String? {
        guard let channel, channel.hasPrefix("/meta/") else { return nil }
        let candidates = self.unanswered.filter { $0.value.request.channel == channel }
        return candidates.count == 1 ? candidates.first?.key : nil
    }

    /// A message of an exchange has been answered.
    private func settle(_ id: String, _ exchange: ClientExchange.ID) {
        self.exchanges[exchange]?.unanswered.remove(id)
        guard self.exchanges[exchange]?.unanswered.isEmpty == true else { return }
        self.exchanges.removeValue(forKey: exchange)?.deadline?.cancel()
    }

    private func answer(
        _ request: ClientRequest,
        with reply: BayeuxMessage,
        _ isSuccessful: Bool,
        hasDeliveries: Bool
    ) {
        let error = isSuccessful ? nil : ClientError(refusal: reply)
        if let error {
            self.logger.debug("refused", metadata: ["channel": "\(request.channel)", "error": "\(error)"])
        }
        switch request.purpose {
        case .handshake:
            self.handshakeAnswered(reply, isSuccessful)
        case .connect(let sent, let isHeld):
            let advice = reply.advice
            if let error {
                self.perform(self.machine.connectRefused(error, advice: advice, now: self.now))
            } else {
                let duration = Duration.nanoseconds((self.now - sent).nanoseconds)
                let isHasty = isHeld && !hasDeliveries && self.machine.isHasty(duration)
                self.perform(self.machine.connectAnswered(advice: advice, isHasty: isHasty, now: self.now))
                if self.resubscription != nil { self.resubscribe() }
            }
        case .disconnect:
            self.complete(request, .success(reply))
            return self.disconnectEnded()
        case .subscribe(let name, let attempt):
            self.subscriptionAnswered(name, attempt, error)
        case .unsubscribe, .publish:
            break
        }
        self.complete(request, error.map { .failure($0) } ?? .success(reply))
    }

    private func handshakeAnswered(_ reply: BayeuxMessage, _ isSuccessful: Bool) {
        let advice = reply.advice
        guard isSuccessful else {
            let error = ClientError(refusal: reply, .handshakeRefused)
            return self.perform(self.machine.handshakeRefused(error, advice: advice, now: self.now))
        }
        guard let clientID = reply.clientID, !clientID.isEmpty else {
            let error = ClientError(.malformedAnswer, "the handshake brought no clientId", reply: reply)
            return self.perform(self.machine.handshakeFailed(error, now: self.now))
        }
        let names = reply[.supportedConnectionTypes].map { $0.elements().compactMap(\.stringValue) }
        let types = names?.compactMap(ConnectionType.init(rawValue:))
        self.status.update { $0.serverTypes = types }
        let step = self.machine.handshakeAccepted(clientID, offered: types, advice: advice, now: self.now)
        self.perform(step)
        if case .connect = step { self.handshakeSucceeded() }
    }

    /// Gives a message to those who want it.
    func dispatch(_ message: BayeuxMessage) {
        guard let channel = message.channel else { return }
        for subscriber in self.subscriptions.subscribers(of: channel) { subscriber.receive(message) }
    }
}
