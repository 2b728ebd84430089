import Bayeux
import NIOCore

// Who wants messages of which channels.
extension ClientCore {
    /// Begins to give messages to a subscriber.
    func subscribe(_ subscriber: SubscriptionTable.Subscriber) {
        let name = subscriber.pattern.listened
        let isRemote = SubscriptionTable.isRemote(name)
        switch self.machine.state {
        case .disconnecting, .terminating:
            let error = ClientError(.ended)
            subscriber.subscribed(.failure(error))
            return subscriber.ended(error)
        case .disconnected, .handshaking, .rehandshaking, .handshaken, .connecting, .connected, .unconnected:
            break
        }
        switch self.subscriptions.add(subscriber) {
        case .active:
            subscriber.subscribed(.success(()))
        case .requested:
            break
        case .unsent where !isRemote:
            // The server delivers on these channels without being asked.
            self.subscriptions.note(.active, for: name)
            subscriber.subscribed(.success(()))
        case .unsent:
            // Without a session, it is asked for together with the first connect of the next one.
            if self.machine.state.hasSession { self.requestSubscription(name) }
        }
    }

    /// Ends what ``subscribe(_:)`` began.
    ///
    /// - Parameters:
    ///   - token: The subscriber.
    ///   - name: What it is subscribed to.
    ///   - error: Why; `nil` when the application wants it so.
    ///   - completion: Told how it went, once the server is told of the last subscriber's end.
    func unsubscribe(
        _ token: ListenerToken,
        from name: String,
        error: ClientError? = nil,
        _ completion: @escaping (Result<Void, ClientError>) -> Void
    ) {
        guard let (subscriber, last) = self.subscriptions.remove(token, from: name) else {
            return completion(.success(()))
        }
        subscriber.subscribed(.failure(error ?? ClientError(.ended)))
        subscriber.ended(error)
        let waits = self.waiting.firstIndex { request in
            if case .subscribe(name, _) = request.purpose { true } else { false }
        }
        if last != nil, let waits {
            // The server has never heard of it.
            self.waitingBytes -= self.waiting.remove(at: waits).size
            return completion(.success(()))
        }
        guard let last, last != .unsent, SubscriptionTable.isRemote(name), self.machine.state.hasSession else {
            return completion(.success(()))
        }
        var message = BayeuxMessage(channel: "/meta/unsubscribe")
        message[.subscription] = JSONBytes(.string(name))
        self.enqueue([ClientRequest(.unsubscribe, message) { completion($0.map { _ in }) }])
    }

    /// Asks the server for a subscription.
    ///
    /// - Parameters:
    ///   - name: The channel or pattern.
    ///   - isFirst: Whether it leaves before what waits.
    func requestSubscription(_ name: String, isFirst: Bool = false) {
        var message = BayeuxMessage(channel: "/meta/subscribe")
        message[.subscription] = JSONBytes(.string(name))
        self.lastAttempt += 1
        self.subscriptions.note(.requested, for: name, attempt: self.lastAttempt)
        let request = ClientRequest(.subscribe(name, attempt: self.lastAttempt), message)
        // These are as many as the application wants, and are not refused for waiting.
        self.waiting.insert(request, at: isFirst ? 0 : self.waiting.count)
        self.waitingBytes += request.size
        self.scheduleFlush()
    }

    /// A subscription could not be asked for, or was not answered: it is asked for again when a connect is answered, or
    /// after a while.
    func subscriptionFailed(_ name: String, _ attempt: Int) {
        guard self.subscriptions.entries[name]?.attempt == attempt else { return }
        self.subscriptions.note(.unsent, for: name)
        guard self.resubscription == nil else { return }
        self.failedSubscriptions += 1
        let delay = self.options.backOff.delay(after: self.failedSubscriptions, chance: 0)
        self.resubscription = self.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { self.resubscribe() }
    }

    /// Asks again for what was not answered.
    func resubscribe() {
        self.resubscription?.cancel()
        self.resubscription = nil
        guard self.machine.state.hasSession else { return }
        for name in self.subscriptions.unsent { self.requestSubscription(name) }
    }

    /// The server has answered a subscription.
    func subscriptionAnswered(_ name: String, _ attempt: Int, _ error: ClientError?) {
        guard self.subscriptions.entries[name]?.attempt == attempt else { return }
        guard let error else {
            self.failedSubscriptions = 0
            self.subscriptions.note(.active, for: name)
            for subscriber in self.subscriptions.entries[name]?.subscribers ?? [] {
                subscriber.subscribed(.success(()))
            }
            return
        }
        // The next session asks for it again.
        guard error.code != .sessionUnknown else { return self.subscriptions.note(.unsent, for: name) }
        let refused = self.subscriptions.removeEntry(name)?.subscribers ?? []
        for subscriber in refused {
            subscriber.subscribed(.failure(error))
            subscriber.ended(error)
        }
    }
}
