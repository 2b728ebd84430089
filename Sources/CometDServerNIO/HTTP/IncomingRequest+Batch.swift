import Bayeux
import CometDServer
import NIOCore
import NIOHTTP1

extension IncomingRequest {
    /// Reads the messages of a request that has arrived completely and belongs to a transport.
    ///
    /// - Parameters:
    ///   - endpoint: What the connections share.
    ///   - context: What hooks learn of the request.
    /// - Returns: The messages and how they came; `nil` for `null`, which is answered with nothing.
    /// - Throws: ``UnreadableRequest`` with the status to answer with.
    func batch(
        at endpoint: BayeuxEndpoint,
        context: HTTPRequestContext
    ) throws(UnreadableRequest) -> (transport: HTTPTransport, batch: InboundBatch)? {
        let server = endpoint.server
        let limits = server.scanLimits
        let transport: HTTPTransport
        let text: ByteBuffer
        let cookie: String
        if case .callbackPolling = self.route {
            let options = server.options.callbackPolling
            let query = try CallbackPollingQuery(self.head.uri, options: options, limits: limits)
            transport = .callbackPolling(function: query.function)
            text = query.text
            cookie = options.browserCookie.name
        } else {
            transport = .longPolling
            text = try LongPollingText.read(self, limits: limits)
            cookie = server.options.longPolling.browserCookie.name
        }
        var envelopes: ContiguousArray<MessageEnvelope> = []
        do throws(ScanError) {
            if try BatchScanner.scan(text, limits: limits, into: &envelopes) == .null { return nil }
        } catch {
            throw UnreadableRequest(error, text)
        }
        guard !envelopes.isEmpty else { throw UnreadableRequest(.badRequest) }
        let batch = InboundBatch(
            bytes: text,
            envelopes: envelopes,
            connectionType: transport.connectionType,
            context: context,
            browserID: self.headers.cookies.flatMap { BrowserCookie.value(of: cookie, in: $0) },
            isHTTP2: self.head.version.major == 2
        )
        return (transport, batch)
    }
}
