public import Bayeux
package import Logging
package import NIOCore
import Synchronization

/// A client of a Bayeux server, such as CometD's: one session, over whichever transport works.
///
/// ```swift
/// let client = try BayeuxClient("https://example.com/cometd")
/// try await client.handshake()
/// try await client.publish(Line(text: "hello"), to: "/chat/tea")
/// for try await message in client.messages(on: "/chat/**", as: Line.self) {
///     print(message.channel, message.value.text)
/// }
/// ```
///
/// Connections that break are made anew with growing delays; a session that the server has forgotten is replaced by a
/// new one, whose subscriptions are those of the old one. ``state`` and ``states`` tell how things are,
/// ``failures`` what goes wrong. A client that is released ends its session without a word to the server: call
/// ``disconnect(within:)`` where that matters.
///
/// Clients with sockets are made with the initializer of `CometDClientNIO`.
///
/// - SeeAlso: CometD 3.1 reference book, "Client library"; REQUIREMENTS Q1.
public final class BayeuxClient: Sendable {
    /// Makes the transport of a type, on the client's event loop.
    package typealias MakeTransport =
        @Sendable (ConnectionType, any ClientTransportDelegate, any EventLoop) -> any ClientTransport

    let eventLoop: any EventLoop
    let core: NIOLoopBoundBox<ClientCore>
    let status = ClientStatus()
    let logger: Logger
    /// How the client behaves.
    public let options: ClientOptions

    /// Makes a client that travels by any transports.
    ///
    /// - Parameters:
    ///   - options: How it behaves.
    ///   - eventLoop: Where its session lives; its time is the client's.
    ///   - logger: Where it logs.
    ///   - chance: Numbers from 0 to 1 for what is left to chance.
    ///   - makeTransport: Makes the transports.
    /// - Throws: ``ClientError/Code/noTransport`` when the options allow none.
    package init(
        options: ClientOptions,
        eventLoop: any EventLoop,
        logger: Logger = Logger(label: "cometd.client"),
        chance: @escaping @Sendable () -> Double = { .random(in: 0...1) },
        makeTransport: @escaping MakeTransport
    ) throws(ClientError) {
        guard let choice = TransportChoice(options) else { throw ClientError(.noTransport, "no transport is allowed") }
        self.options = options
        self.eventLoop = eventLoop
        self.logger = logger
        let core = ClientCore(
            options: options,
            choice: choice,
            eventLoop: eventLoop,
            status: self.status,
            logger: logger,
            chance: chance
        ) { connectionType, delegate in makeTransport(connectionType, delegate, eventLoop) }
        self.core = .makeBoxSendingValue(core, eventLoop: eventLoop)
    }

    deinit {
        let (core, status) = (self.core, self.status)
        self.eventLoop.execute {
            core.value.released()
            status.finish()
        }
    }
}

// MARK: - What it is like

extension BayeuxClient {
    /// How client and server stand to each other at this moment.
    public var state: State { self.status.snapshot.state }

    /// The present state, then its changes, until the client is released.
    ///
    /// Each call makes a sequence of its own; of changes that nobody takes, the newest 256 are kept.
    public var states: AsyncStream<State> { self.status.states() }

    /// What goes wrong from now on: requests that could not be sent, or were not answered, until the client is released.
    ///
    /// Each call makes a sequence of its own; of failures that nobody takes, the newest 256 are kept.
    public var failures: AsyncStream<ClientFailure> { self.status.failures() }

    /// The session's id; `nil` without a session.
    public var clientID: String? { self.status.snapshot.clientID }

    /// The transport in use; `nil` without a session.
    public var connectionType: ConnectionType? { self.status.snapshot.connectionType }

    /// The transports that the server has told of with its last handshake; `nil` before.
    public var serverConnectionTypes: [ConnectionType]? { self.status.snapshot.serverTypes }

    /// What the server has advised last.
    public var advice: Advice { self.status.snapshot.advice }

    /// Waits until the client is in one of some states.
    ///
    /// - Parameter states: The states.
    /// - Returns: The state that it was in.
    /// - Throws: `CancellationError` when the task is cancelled first.
    @discardableResult
    public func wait(for states: State...) async throws -> State {
        for await state in self.status.states() where states.contains(state) { return state }
        throw CancellationError()
    }
}

// MARK: - Extensions

extension BayeuxClient {
    /// Lets an extension see all messages, behind those that were added before.
    ///
    /// - Parameter added: The extension.
    /// - Returns: A value for ``removeExtension(_:)``.
    @discardableResult
    public func addExtension(_ added: some ClientExtension) async -> ListenerToken {
        await self.run { $0.extensions.add(added) }
    }

    /// Takes an extension out.
    public func removeExtension(_ token: ListenerToken) async {
        await self.run { _ = $0.extensions.remove(token) }
    }
}

// MARK: - On the event loop

extension BayeuxClient {
    /// Does something with the client's confined half, soon.
    func perform(_ body: @escaping @Sendable (ClientCore) -> Void) {
        let core = self.core
        if self.eventLoop.inEventLoop {
            body(core.value)
        } else {
            self.eventLoop.execute { body(core.value) }
        }
    }

    /// Does something with the client's confined half, and waits for it.
    func run<Value: Sendable>(_ body: @escaping @Sendable (ClientCore) -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            self.perform { continuation.resume(returning: body($0)) }
        }
    }

    /// Asks for something, waits for the answer, and stops waiting when the task is cancelled.
    ///
    /// - Parameters:
    ///   - begin: Asks for it, and tells the outcome once.
    ///   - cancel: Called on cancellation, when the outcome may be on its way.
    /// - Returns: The outcome.
    /// - Throws: The failure; `CancellationError`.
    func ask<Value: Sendable>(
        _ begin: @escaping @Sendable (ClientCore, Outcome<Value>) -> Void,
        onCancel cancel: @escaping @Sendable (ClientCore) -> Void = { _ in }
    ) async throws -> Value {
        let outcome = Outcome<Value>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                outcome.wait(continuation)
                self.perform { core in
                    // Whoever has cancelled it by now has asked for nothing.
                    if outcome.isOpen { begin(core, outcome) }
                }
            }
        } onCancel: {
            outcome.cancel()
            self.perform(cancel)
        }
    }
}
