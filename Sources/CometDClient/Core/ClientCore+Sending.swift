import Bayeux
import DequeModule
import Logging
import NIOCore

// Requests on their way to the server.
extension ClientCore {
    /// Puts requests at the end of what waits; they leave together.
    ///
    /// Each is told how it went; without a session, or when too much waits, at once.
    func enqueue(_ requests: [ClientRequest]) {
        let refusal: ClientError? =
            switch self.machine.state {
            case .disconnected: ClientError(.notConnected)
            case .disconnecting, .terminating: ClientError(.ended)
            case .handshaking, .rehandshaking, .handshaken, .connecting, .connected, .unconnected:
                self.refusal(of: requests)
            }
        if let refusal {
            for request in requests { self.complete(request, .failure(refusal)) }
            return
        }
        for request in requests {
            self.waiting.append(request)
            self.waitingBytes += request.size
        }
        self.scheduleFlush()
    }

    private func refusal(of requests: [ClientRequest]) -> ClientError? {
        let bytes = requests.reduce(self.waitingBytes) { $0 + $1.size }
        let fits =
            self.waiting.count + requests.count <= self.options.maxWaitingRequests
            && bytes <= self.options.maxWaitingBytes
        return fits ? nil : ClientError(.tooManyWaiting)
    }

    /// Sends what waits at the end of this turn of the event loop, when it can be sent.
    func scheduleFlush() {
        guard !self.waiting.isEmpty, !self.isFlushScheduled else { return }
        self.isFlushScheduled = true
        self.eventLoop.assumeIsolated().execute {
            self.isFlushScheduled = false
            self.flush()
        }
    }

    /// Sends what waits, as far as the transport takes it.
    func flush() {
        while !self.waiting.isEmpty, self.canSend {
            let requests = self.takeWaiting()
            let isEnd = requests.contains { if case .disconnect = $0.purpose { true } else { false } }
            self.send(requests, isEnd ? .disconnect : .other)
        }
    }

    /// Whether a request can leave now: others than connects go one after the other over HTTP, to keep their order.
    private var canSend: Bool {
        switch self.machine.state {
        case .disconnected, .handshaking, .rehandshaking, .handshaken, .unconnected, .terminating: return false
        case .connecting, .connected, .disconnecting: break
        }
        // Each is answered or expires, and then lets others go: so little is under way, whether the server reads or not.
        guard self.unanswered.count <= self.options.maxWaitingRequests,
            self.unansweredBytes <= self.options.maxWaitingBytes
        else { return false }
        return self.machine.transports.current == .webSocket
            || !self.exchanges.values.contains { exchange in
                // A first connect has others with it.
                exchange.kind != .connect || exchange.unanswered.count > 1
            }
    }

    /// Takes as much of what waits as fits into one text, at least one request.
    func takeWaiting() -> [ClientRequest] {
        var taken: [ClientRequest] = []
        var size = 0
        while let request = self.waiting.first, taken.isEmpty || size + request.size <= self.options.maxBatchSize {
            size += request.size
            self.waitingBytes -= request.size
            taken.append(self.waiting.removeFirst())
        }
        return taken
    }

    /// Sends requests in one text.
    func send(_ requests: [ClientRequest], _ kind: ClientExchange.Kind) {
        var body = ByteBuffer()
        body.writeStaticString("[")
        var sent: [String: ClientRequest] = [:]
        var deleted: [ClientRequest] = []
        let clientID = self.machine.clientID.map { JSONBytes(.string($0)) }
        for var request in requests {
            let id = request.message.id ?? self.nextID()
            request.message.id = id
            if kind != .handshake { request.message[.clientID] = clientID }
            guard self.passOutgoing(&request.message) else {
                deleted.append(request)
                continue
            }
            if !sent.isEmpty { body.writeStaticString(",") }
            request.message.encode(into: &body)
            sent[id] = request
        }
        body.writeStaticString("]")
        // An extension may have ended the session.
        guard self.machine.state != .disconnected else {
            for request in Array(sent.values) + deleted { self.complete(request, .failure(ClientError(.ended))) }
            return
        }
        if !sent.isEmpty { self.send(body, of: sent, kind) }
        for request in deleted { self.fail(request, ClientError(.deleted)) }
    }

    private func send(_ body: ByteBuffer, of requests: [String: ClientRequest], _ kind: ClientExchange.Kind) {
        let connectionType = self.machine.transports.current
        let transport = self.transport(connectionType)
        let id = self.nextExchangeID()
        for (messageID, request) in requests {
            self.unanswered[messageID] = Sent(request: request, exchange: id)
            self.unansweredBytes += request.size
        }
        let deadline = self.eventLoop.assumeIsolated().scheduleTask(in: self.patience(for: requests.values)) {
            self.exchangeExpired(id)
        }
        self.exchanges[id] = Exchange(
            connectionType: connectionType,
            kind: kind,
            unanswered: Set(requests.keys),
            deadline: deadline
        )
        self.logger.trace("sending", metadata: ["kind": "\(kind)", "transport": "\(connectionType.rawValue)"])
        let host = self.machine.transports.host
        transport.send(ClientExchange(id: id, kind: kind, body: body, host: host))
    }

    /// How long an answer may take.
    private func patience(for requests: some Sequence<ClientRequest>) -> TimeAmount {
        let isHeld = requests.contains { request in
            guard case .connect(_, let isHeld) = request.purpose else { return false }
            return isHeld
        }
        let delay =
            self.machine.transports.current == .webSocket
            ? self.options.webSocketMaxNetworkDelay : self.options.maxNetworkDelay
        return TimeAmount(isHeld ? self.machine.timeout + delay : delay)
    }

    private func exchangeExpired(_ id: ClientExchange.ID) {
        guard let exchange = self.exchanges[id] else { return }
        // A first connect leaves together with others; what counts is whether it has been answered itself.
        let isProtocol = exchange.unanswered.contains { self.unanswered[$0]?.request.isProtocol == true }
        let kind = isProtocol ? exchange.kind : .other
        self.failed(ClientError(.timeout), over: exchange.connectionType, exchange: id)
        self.openTransport(exchange.connectionType)?.abandon(id, kind)
        // A WebSocket that does not answer the protocol's own messages is closed, with all that is under way on it.
        if exchange.connectionType == .webSocket, isProtocol {
            self.failed(ClientError(.connectionLost), over: .webSocket, exchange: nil)
        }
    }

    private func passOutgoing(_ message: inout BayeuxMessage) -> Bool {
        for installed in self.extensions.all.reversed() {
            do {
                guard try installed.outgoing(&message) else { return false }
            } catch {
                self.log(error, of: installed)
            }
        }
        return true
    }

    func log(_ error: any Error, of installed: any ClientExtension) {
        self.logger.error(
            "an extension failed",
            metadata: ["extension": "\(type(of: installed))", "error": "\(error)"]
        )
    }
}

// MARK: - Failures

extension ClientCore: ClientTransportDelegate {
    func failed(_ error: ClientError, over connectionType: ConnectionType, exchange id: ClientExchange.ID?) {
        let ids = id.map { [$0] } ?? self.exchanges.filter { $0.value.connectionType == connectionType }.map(\.key)
        for id in ids.sorted() {
            guard let exchange = self.exchanges.removeValue(forKey: id) else { continue }
            exchange.deadline?.cancel()
            let requests = exchange.unanswered.compactMap { self.takeUnanswered($0)?.request }
            for request in requests { self.fail(request, error, over: connectionType) }
        }
        self.scheduleFlush()
    }

    func answered(_ id: ClientExchange.ID, over connectionType: ConnectionType) {
        guard self.exchanges[id] != nil else { return }
        self.failed(ClientError(.malformedAnswer, "the reply is missing"), over: connectionType, exchange: id)
    }

    /// A request will not be answered.
    private func fail(_ request: ClientRequest, _ error: ClientError, over connectionType: ConnectionType? = nil) {
        let step: ClientMachine.Step
        switch request.purpose {
        case .handshake:
            step = self.machine.handshakeFailed(error, now: self.now)
        case .connect:
            step = self.machine.connectFailed(now: self.now)
        case .disconnect:
            self.disconnectEnded()
            step = .none
        case .subscribe(let name, let attempt):
            // It is asked for again when the connection is back, or with the next session.
            if error.code == .deleted {
                self.subscriptionAnswered(name, attempt, error)
            } else {
                self.subscriptionFailed(name, attempt)
            }
            step = .none
        case .unsubscribe, .publish:
            step = .none
        }
        self.report(error, of: request, over: connectionType ?? self.machine.transports.current, step)
        self.complete(request, .failure(error))
        self.perform(step)
        self.dispatchFailure(of: request, error)
    }

    private func report(
        _ error: ClientError,
        of request: ClientRequest,
        over connectionType: ConnectionType,
        _ step: ClientMachine.Step
    ) {
        let delay: Duration? =
            switch step {
            case .handshake(let delay), .connect(let delay, _): delay
            case .none, .disconnect, .end: nil
            }
        let failure = ClientFailure(
            channel: request.channel,
            error: error,
            connectionType: connectionType,
            retryDelay: delay
        )
        self.logger.debug(
            "a request failed",
            metadata: [
                "channel": "\(request.channel)", "error": "\(error)", "retry": "\(delay.map { "\($0)" } ?? "no")",
            ]
        )
        self.status.report(failure)
    }

    /// Tells a request how it went.
    func complete(_ request: ClientRequest, _ result: Result<BayeuxMessage, ClientError>) {
        request.completion?(result)
    }

    /// Who listens to the protocol's channels is told of failures like of refusals.
    ///
    /// - SeeAlso: CometD 3.1.14, `BayeuxClient.failMessages`: the message has a member `failure`.
    private func dispatchFailure(of request: ClientRequest, _ error: ClientError) {
        guard request.channel.hasPrefix("/meta/") else { return }
        var message = BayeuxMessage(channel: request.channel)
        message.id = request.message.id
        message.isSuccessful = false
        message.error = error.description
        message["failure"] = JSONBytes(["message": .string(error.description)])
        self.dispatch(message)
    }
}
