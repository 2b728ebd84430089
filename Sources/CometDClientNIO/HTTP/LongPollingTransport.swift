import AsyncHTTPClient
import Bayeux
import CometDClient
import Logging
import NIOCore
import NIOHTTP1

/// Messages by HTTP POST: a request for each exchange.
///
/// - SeeAlso: Bayeux specification, "long-polling"; REQUIREMENTS P28.
final class LongPollingTransport: ClientTransport {
    /// A request under way.
    private struct Running {
        var redirects = 0
        var task: HTTPClient.Task<HTTPClient.Response>?
    }

    /// How often one exchange may be redirected.
    private static let mostRedirects = 5

    private let site: ClientSite
    private let connections: HTTPConnections
    private weak var delegate: (any ClientTransportDelegate)?
    private var running: [ClientExchange.ID: Running] = [:]
    /// Where the server has said that it lives, and whether the kind of a request is appended there.
    private var moved: (address: ServerAddress, appendsKind: Bool)?

    init(_ site: ClientSite, _ delegate: any ClientTransportDelegate) {
        self.site = site
        self.connections = site.network.connections()
        self.delegate = delegate
    }

    func send(_ exchange: ClientExchange) {
        self.running[exchange.id] = Running()
        // A new session begins where the application said.
        if exchange.kind == .handshake { self.moved = nil }
        self.post(exchange, to: self.moved?.address ?? self.site.address.on(exchange.host))
    }

    func abandon(_ exchange: ClientExchange.ID, _ kind: ClientExchange.Kind) {
        self.running.removeValue(forKey: exchange)?.task?.cancel()
    }

    func close() {
        let running = self.running.values
        self.running = [:]
        for request in running { request.task?.cancel() }
    }

    private func post(_ exchange: ClientExchange, to address: ServerAddress) {
        let url = address.url(appending: self.moved?.appendsKind == false ? "" : self.suffix(of: exchange))
        self.site.headers(for: address, url: url, .longPolling).assumeIsolated().whenComplete { result in
            // It may have been given up meanwhile.
            guard self.running[exchange.id] != nil else { return }
            do {
                var headers = try result.get()
                headers.replaceOrAdd(name: "Content-Type", value: "application/json;charset=UTF-8")
                let request = try HTTPClient.Request(
                    url: url,
                    method: .POST,
                    headers: headers,
                    body: .byteBuffer(exchange.body)
                )
                self.execute(request, exchange, at: address)
            } catch {
                self.end(exchange, with: error as? ClientError ?? ClientError(.unreachable, cause: error))
            }
        }
    }

    private func execute(_ request: HTTPClient.Request, _ exchange: ClientExchange, at address: ServerAddress) {
        let task = self.connections.client.execute(
            request: request,
            delegate: ResponseAccumulator(request: request, maxBodySize: self.site.options.maxMessageSize),
            eventLoop: .delegate(on: self.site.eventLoop)
        )
        self.running[exchange.id]?.task = task
        task.futureResult.hop(to: self.site.eventLoop).assumeIsolated().whenComplete { result in
            guard self.running[exchange.id] != nil else { return }
            switch result {
            case .success(let response): self.answered(exchange, with: response, at: address)
            case .failure(let error): self.end(exchange, with: ClientError(network: error))
            }
        }
    }

    private func answered(_ exchange: ClientExchange, with response: HTTPClient.Response, at address: ServerAddress) {
        self.site.cookies.keep(response.headers, from: address)
        switch response.status.code {
        case 200..<300:
            self.running[exchange.id] = nil
            if let body = response.body, body.readableBytes > 0 {
                self.delegate?.received(body, over: .longPolling, for: exchange.id)
            }
            self.delegate?.answered(exchange.id, over: .longPolling)
        case 301, 302, 307, 308:
            self.follow(response, exchange, from: address)
        default:
            self.end(exchange, with: ClientError(.httpStatus(Int(response.status.code))))
        }
    }

    /// Goes where the server says, with the same messages, if that is no other place to tell secrets.
    private func follow(_ response: HTTPClient.Response, _ exchange: ClientExchange, from address: ServerAddress) {
        let status = ClientError(.httpStatus(Int(response.status.code)), "redirected in a way that is not followed")
        guard let location = response.headers.first(name: "location"),
            let running = self.running[exchange.id], running.redirects < Self.mostRedirects,
            let target = ServerAddress(redirecting: address, to: location),
            target.isSecure || !address.isSecure, target.host == address.host || !self.hasSecrets
        else { return self.end(exchange, with: status) }
        self.running[exchange.id]?.redirects += 1
        // A place that keeps the kind at its end has it for other requests, too; any other is taken as it is.
        var base = target
        let suffix = "/" + self.suffix(of: exchange)
        let hasKind = suffix.count > 1 && target.path.hasSuffix(suffix)
        if hasKind { base.path = String(target.path.dropLast(suffix.count)) }
        self.moved = (base, appendsKind: hasKind)
        self.post(exchange, to: base)
    }

    /// What is appended to the URL for the kind of a request.
    private func suffix(of exchange: ClientExchange) -> String {
        exchange.kind == .other || !self.site.options.appendsMessageTypeToURL ? "" : exchange.kind.rawValue
    }

    /// Whether requests carry what only the server of the client's URL shall see.
    private var hasSecrets: Bool { !self.site.connection.headers.isEmpty || self.site.connection.authenticate != nil }

    private func end(_ exchange: ClientExchange, with error: ClientError) {
        self.running[exchange.id] = nil
        self.delegate?.failed(error, over: .longPolling, exchange: exchange.id)
    }
}
