import Bayeux
import DequeModule
import Logging
import NIOCore

/// A client on its event loop: performs what its ``ClientMachine`` decides.
final class ClientCore {
    /// Makes the transport of a type.
    typealias MakeTransport = (ConnectionType, any ClientTransportDelegate) -> any ClientTransport

    /// A request under way, and the exchange that it left with.
    struct Sent {
        let request: ClientRequest
        let exchange: ClientExchange.ID
    }

    /// A remote call whose result has not come.
    struct Call {
        let token: ListenerToken
        /// Told the result once.
        let completion: (Result<BayeuxMessage, ClientError>) -> Void
    }

    /// Messages under way.
    struct Exchange {
        let connectionType: ConnectionType
        let kind: ClientExchange.Kind
        /// The ids of those that have not been answered.
        var unanswered: Set<String>
        var deadline: Scheduled<Void>?
    }

    let eventLoop: any EventLoop
    let options: ClientOptions
    let status: ClientStatus
    let logger: Logger
    var machine: ClientMachine
    var extensions = Registered<any ClientExtension>()
    var subscriptions = SubscriptionTable()
    private let makeTransport: MakeTransport
    private var transports: [ConnectionType: any ClientTransport] = [:]
    /// The transport that was used last; the others are closed.
    private var openType: ConnectionType?

    /// What waits for the connection, in order.
    var waiting = Deque<ClientRequest>()
    var waitingBytes = 0
    /// What has been sent and not been answered, by the messages' ids.
    var unanswered: [String: Sent] = [:]
    var unansweredBytes = 0
    /// Counts the requests for subscriptions.
    var lastAttempt = 0
    var exchanges: [ClientExchange.ID: Exchange] = [:]
    /// Remote calls whose result has not come, by the ids of their messages.
    var calls: [String: Call] = [:]
    private var lastID = 0
    private var lastExchange = 0
    var isFlushScheduled = false

    /// Asks again for subscriptions that have failed for want of a connection.
    var resubscription: Scheduled<Void>?
    var failedSubscriptions = 0

    /// What the machine wants next, when it has to wait for that.
    private var nextStep: Scheduled<Void>?
    /// Counts what is scheduled: a timer that has been cancelled when it was due may fire all the same.
    private var stepNumber = 0
    /// What every handshake of this session's life carries in its `ext`.
    private var handshakeExt: JSONObject?
    private var handshakeWaiters: [ListenerToken: (Result<Void, ClientError>) -> Void] = [:]
    private var endWaiters: [() -> Void] = []

    init(
        options: ClientOptions,
        choice: TransportChoice,
        eventLoop: any EventLoop,
        status: ClientStatus,
        logger: Logger,
        chance: @escaping @Sendable () -> Double,
        makeTransport: @escaping MakeTransport
    ) {
        self.options = options
        self.eventLoop = eventLoop
        self.status = status
        self.logger = logger
        self.machine = ClientMachine(options, choice, chance: chance)
        self.makeTransport = makeTransport
        for installed in options.extensions { _ = self.extensions.add(installed) }
    }

    var now: NIODeadline { self.eventLoop.now }

    /// A transport, which is the one in use from now on.
    func transport(_ connectionType: ConnectionType) -> any ClientTransport {
        if let openType = self.openType, openType != connectionType {
            self.transports[openType]?.close()
            self.failed(ClientError(.connectionLost), over: openType, exchange: nil)
        }
        self.openType = connectionType
        if let transport = self.transports[connectionType] { return transport }
        let transport = self.makeTransport(connectionType, self)
        self.transports[connectionType] = transport
        return transport
    }

    /// A transport that has been used; the one in use stays so.
    func openTransport(_ connectionType: ConnectionType) -> (any ClientTransport)? { self.transports[connectionType] }

    /// An id for a message: digits only, as CometD 5 wants it.
    func nextID() -> String {
        self.lastID += 1
        return String(self.lastID)
    }

    func nextExchangeID() -> ClientExchange.ID {
        self.lastExchange += 1
        return self.lastExchange
    }
}

// MARK: - Sessions

extension ClientCore {
    /// The application wants a session.
    ///
    /// - Parameters:
    ///   - ext: What the handshakes carry.
    ///   - patience: How long failures are tried again; `nil` for ever.
    ///   - token: Names the one who waits.
    ///   - waiter: Told once how it went.
    func handshake(
        ext: JSONObject?,
        retryingFor patience: Duration?,
        token: ListenerToken,
        _ waiter: @escaping (Result<Void, ClientError>) -> Void
    ) {
        switch self.machine.state {
        case .disconnected:
            self.handshakeWaiters[token] = waiter
            self.handshakeExt = ext
            let limit = patience.map { self.now + TimeAmount($0) }
            self.perform(self.machine.handshakeRequested(until: limit))
        case .handshaking, .rehandshaking:
            self.handshakeWaiters[token] = waiter
        case .handshaken, .connecting, .connected, .unconnected:
            waiter(.success(()))
        case .disconnecting, .terminating:
            waiter(.failure(ClientError(.ended)))
        }
    }

    /// One who waited for the handshake does so no longer: without another one, it is given up.
    func forgetHandshake(_ token: ListenerToken) {
        guard let waiter = self.handshakeWaiters.removeValue(forKey: token) else { return }
        waiter(.failure(ClientError(.ended)))
        if self.handshakeWaiters.isEmpty, self.machine.state == .handshaking { self.abort() }
    }

    /// The application wants the session to end.
    ///
    /// - Parameters:
    ///   - limit: After how long it is ended without the server's answer.
    ///   - completion: Called when it has ended.
    func disconnect(within limit: Duration?, _ completion: @escaping () -> Void) {
        let step = self.machine.disconnectRequested()
        if self.machine.state == .disconnected, case .none = step { return completion() }
        self.endWaiters.append(completion)
        let limit = limit ?? max(self.options.maxNetworkDelay, self.options.webSocketMaxNetworkDelay)
        let timer = self.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) { self.abort() }
        self.endWaiters.append { timer.cancel() }
        self.perform(step)
    }

    /// Ends the session at once, without telling the server.
    func abort(_ reason: ClientError? = nil) {
        self.perform(self.machine.aborted(reason))
    }

    /// The application has let go of the client.
    func released() {
        self.abort()
        // Without a session, there may be subscribers that wait for one.
        self.end(nil)
    }

    /// A message is under way no longer.
    func takeUnanswered(_ id: String) -> Sent? {
        guard let sent = self.unanswered.removeValue(forKey: id) else { return nil }
        self.unansweredBytes -= sent.request.size
        return sent
    }

    /// Does what the machine has decided.
    func perform(_ step: ClientMachine.Step) {
        self.noteState()
        switch step {
        case .none:
            break
        case .handshake(let delay):
            self.sessionLost()
            self.schedule(delay) { $0.sendHandshake() }
        case .connect(let delay, let isHeld):
            self.schedule(delay) { $0.sendConnect(isHeld: isHeld) }
            self.scheduleFlush()
        case .disconnect:
            self.cancelNextStep()
            self.sendDisconnect()
        case .end(let reason):
            self.end(reason)
        }
    }

    /// Publishes the state to other threads.
    func noteState() {
        let machine = self.machine
        self.status.update { snapshot in
            snapshot.state = machine.state
            snapshot.clientID = machine.clientID
            snapshot.connectionType = machine.state == .disconnected ? nil : machine.transports.current
            snapshot.advice = machine.advice
        }
    }

    /// Calls a function after a while; nothing else is scheduled by then.
    ///
    /// What shall happen at once happens on the event loop's next turn, so that what the application asks for in the
    /// meantime can go along.
    private func schedule(_ delay: Duration, _ body: @escaping (ClientCore) -> Void) {
        self.cancelNextStep()
        let number = self.stepNumber
        self.nextStep = self.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) {
            guard self.stepNumber == number else { return }
            self.nextStep = nil
            body(self)
        }
    }

    private func cancelNextStep() {
        self.nextStep?.cancel()
        self.nextStep = nil
        self.stepNumber += 1
    }

    private func sendHandshake() {
        var message = BayeuxMessage(channel: "/meta/handshake")
        message[.version] = JSONBytes(.string("1.0"))
        message[.minimumVersion] = JSONBytes(.string("1.0"))
        let types = self.machine.transports.offered.map { JSONValue.string($0.rawValue) }
        message[.supportedConnectionTypes] = JSONBytes(.array(types))
        message.ext = self.handshakeExt.map { JSONBytes(.object($0)) }
        self.send([ClientRequest(.handshake, message)], .handshake)
    }

    private func sendConnect(isHeld: Bool) {
        guard let clientID = self.machine.clientID else { return }
        self.machine.connectSent()
        self.noteState()
        var message = BayeuxMessage(channel: "/meta/connect")
        message.clientID = clientID
        message[.connectionType] = JSONBytes(.string(self.machine.transports.current.rawValue))
        if !isHeld { message.advice = Advice(timeout: .zero) }
        // A new session gets its subscriptions, and what waits, together with the first connect.
        let others = self.machine.state == .connecting ? self.takeWaiting() : []
        let connect = ClientRequest(.connect(sent: self.now, isHeld: isHeld && others.isEmpty), message)
        self.send(others + [connect], .connect)
    }

    private func sendDisconnect() {
        guard let clientID = self.machine.clientID else { return }
        var message = BayeuxMessage(channel: "/meta/disconnect")
        message.clientID = clientID
        self.waiting.append(ClientRequest(.disconnect, message))
        self.flush()
    }

    /// A session has begun.
    func handshakeSucceeded() {
        let waiters = self.handshakeWaiters.values
        self.handshakeWaiters = [:]
        // Before what waits to be published, which a subscriber may want to see.
        for name in self.subscriptions.unsent.reversed() { self.requestSubscription(name, isFirst: true) }
        for waiter in waiters { waiter(.success(())) }
    }

    /// What was under way in the old session is answered by nobody; what waits can go in the next one.
    private func sessionLost() {
        let lost = self.subscriptions.sessionLost(endsActive: !self.options.resubscribes)
        // Subscriptions are asked for anew, and there is nothing to unsubscribe from.
        let unsubscriptions = self.waiting.filter { $0.isUnsubscription }
        self.waiting.removeAll { $0.isUnsubscription || $0.isSubscription }
        self.waitingBytes = self.waiting.reduce(0) { $0 + $1.size }
        for request in unsubscriptions { request.completion?(.success(request.message)) }
        for subscriber in lost { subscriber.ended(ClientError(.sessionUnknown)) }
    }

    private func end(_ reason: ClientError?) {
        self.cancelNextStep()
        self.resubscription?.cancel()
        self.resubscription = nil
        let error = reason ?? ClientError(.ended)
        for exchange in self.exchanges.values { exchange.deadline?.cancel() }
        self.exchanges = [:]
        for transport in self.transports.values { transport.close() }
        let requests = self.waiting + Deque(self.unanswered.values.map(\.request))
        self.waiting = []
        self.waitingBytes = 0
        self.unanswered = [:]
        self.unansweredBytes = 0
        let calls = self.calls.values
        self.calls = [:]
        let subscribers = self.subscriptions.removeAll()
        let handshakeWaiters = self.handshakeWaiters.values
        self.handshakeWaiters = [:]
        let endWaiters = self.endWaiters
        self.endWaiters = []
        // All is told at the end: who is told may begin anew.
        for request in requests { request.completion?(.failure(error)) }
        for call in calls { call.completion(.failure(error)) }
        for subscriber in subscribers {
            subscriber.subscribed(.failure(error))
            subscriber.ended(reason)
        }
        for waiter in handshakeWaiters { waiter(.failure(error)) }
        for waiter in endWaiters { waiter() }
    }

    /// The disconnect has been answered, or never will be.
    func disconnectEnded() {
        self.machine.disconnectEnded()
        self.noteState()
        self.perform(self.machine.aborted())
    }
}
