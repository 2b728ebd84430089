import Bayeux
import CometDClient
import Logging
import NIOCore
import NIOWebSocket

/// Messages over one WebSocket, opened when something is to be sent.
///
/// - SeeAlso: Bayeux specification, "websocket"; REQUIREMENTS P30, T5.
final class WebSocketTransport: ClientTransport {
    private enum State {
        case closed
        /// What is to be sent waits.
        case opening(waiting: [ClientExchange])
        case open(any Channel)
    }

    private let site: ClientSite
    private weak var delegate: (any ClientTransportDelegate)?
    private var state = State.closed
    /// Counts the connections: what an earlier one has to say is ignored.
    private var generation = 0
    /// The host of the connection.
    private var host: String?

    init(_ site: ClientSite, _ delegate: any ClientTransportDelegate) {
        self.site = site
        self.delegate = delegate
    }

    func send(_ exchange: ClientExchange) {
        if exchange.host != self.host { self.close() }
        switch self.state {
        case .open(let channel):
            self.write(exchange, to: channel)
        case .opening(let waiting):
            self.state = .opening(waiting: waiting + [exchange])
        case .closed:
            self.host = exchange.host
            self.state = .opening(waiting: [exchange])
            self.open(self.site.address.on(exchange.host))
        }
    }

    func abandon(_ exchange: ClientExchange.ID, _ kind: ClientExchange.Kind) {
        if case .opening(let waiting) = self.state {
            self.state = .opening(waiting: waiting.filter { $0.id != exchange })
        }
        // A server that does not answer the protocol's own messages is gone; others may just take long.
        if kind != .other { self.close() }
    }

    func close() {
        self.generation += 1
        if case .open(let channel) = self.state { WebSocketHandler.close(channel, code: .normalClosure) }
        self.state = .closed
    }

    private func open(_ address: ServerAddress) {
        self.generation += 1
        let generation = self.generation
        let opening = WebSocketOpening(site: self.site, address: address)
        opening.start { event in
            guard self.generation == generation else { return }
            self.handle(event)
        } then: { result in
            switch result {
            case .success(let channel) where self.generation != generation:
                WebSocketHandler.close(channel, code: .normalClosure)
            case .success(let channel):
                self.opened(channel)
            case .failure(let error):
                guard self.generation == generation else { return }
                self.fail(ClientError(network: error))
            }
        }
    }

    private func opened(_ channel: any Channel) {
        guard case .opening(let waiting) = self.state else { return }
        self.state = .open(channel)
        for exchange in waiting { self.write(exchange, to: channel) }
    }

    private func write(_ exchange: ClientExchange, to channel: any Channel) {
        // What cannot be written ends the connection, which is told as such.
        channel.writeAndFlush(
            WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: exchange.body),
            promise: nil
        )
    }

    private func handle(_ event: WebSocketHandler.Event) {
        switch event {
        case .text(let text): self.delegate?.received(text, over: .webSocket, for: nil)
        case .closed(let error): self.fail(error)
        }
    }

    private func fail(_ error: ClientError) {
        self.generation += 1
        self.state = .closed
        self.delegate?.failed(error, over: .webSocket, exchange: nil)
    }
}
