import CometDServer
import NIOCore
import NIOHTTP1
import NIOWebSocket

extension FastLane {
    /// Turns the connection into a WebSocket, or refuses to.
    ///
    /// - SeeAlso: RFC 6455, section 4.2.
    func openWebSocket(_ request: IncomingRequest, _ context: ChannelHandlerContext) {
        if let status = self.reasonAgainstWebSocket(request) {
            self.refuseWebSocket(status)
            return
        }
        // The future is complete already: the endpoint's upgrader waits for nothing.
        self.endpoint.upgrader.buildUpgradeResponse(
            channel: context.channel,
            upgradeRequest: request.head,
            initialResponseHeaders: [:]
        ).assumeIsolated().whenComplete { result in
            switch result {
            case .success(var headers):
                if let subprotocol = self.subprotocol(for: request) {
                    headers.add(name: "Sec-WebSocket-Protocol", value: subprotocol)
                }
                let deflate = self.perMessageDeflate(for: request)
                if let deflate { headers.add(name: "Sec-WebSocket-Extensions", value: deflate.answer) }
                self.becomeWebSocket(request, headers, deflate)
            case .failure: self.refuseWebSocket(.badRequest)
            }
        }
    }

    private func reasonAgainstWebSocket(_ request: IncomingRequest) -> HTTPResponseStatus? {
        let headers = request.head.headers
        let versions = headers["Sec-WebSocket-Version"]
        guard !self.isInputClosed, !(request.head.version < .http1_1), request.headers.connectionUpgrades,
            versions.count == 1,
            let key = headers["Sec-WebSocket-Key"].first, Self.isKey(key)
        else { return .badRequest }
        if versions[0].trimmingBlanks != "13" { return .upgradeRequired }
        return self.isQuiescing ? .serviceUnavailable : nil
    }

    /// The sub-protocol of the options, when the client offers it.
    private func subprotocol(for request: IncomingRequest) -> String? {
        guard let subprotocol = self.endpoint.server.options.webSocket.subprotocol else { return nil }
        let offered = request.head.headers[canonicalForm: "Sec-WebSocket-Protocol"]
        return offered.contains { $0 == subprotocol } ? subprotocol : nil
    }

    /// How messages are compressed, when the client offers that and the options have nothing against it.
    private func perMessageDeflate(for request: IncomingRequest) -> PerMessageDeflate? {
        let offers = request.head.headers["Sec-WebSocket-Extensions"]
        guard !offers.isEmpty, self.endpoint.server.options.webSocket.enablesPerMessageDeflate else { return nil }
        return PerMessageDeflate(offers: offers.joined(separator: ","))
    }

    /// Whether a key is Base64 of sixteen bytes.
    private static func isKey(_ key: String) -> Bool {
        let digits = key.utf8.dropLast(2)
        return key.utf8.count == 24 && key.hasSuffix("==")
            && digits.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                    true
                default:
                    false
                }
            }
    }

    /// The connection is closed: the decoder has stopped, as what follows could be a WebSocket's bytes.
    private func refuseWebSocket(_ status: HTTPResponseStatus) {
        guard var form = self.state.requestAnswered(nil, isQuiescing: true) else { return }
        form.closes = true
        self.refuse(status, form)
    }

    private func becomeWebSocket(
        _ request: IncomingRequest,
        _ headers: HTTPHeaders,
        _ deflate: PerMessageDeflate?
    ) {
        guard let context = self.context else { return }
        let webSocket = WebSocketConnection(
            server: self.endpoint.server,
            context: self.requestContext(request.head, context),
            eventLoop: context.eventLoop,
            deflate: deflate
        )
        context.writeAndFlush(self.wrapOutboundOut(AnswerEncoder.switchingProtocols(headers)), promise: nil)
        // A peer that has closed its side of a WebSocket is gone.
        try? context.channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
        let pipeline = context.pipeline
        do {
            try pipeline.syncOperations.addHandler(webSocket, position: .after(self))
        } catch {
            context.close(promise: nil)
            return
        }
        self.letRead(context)
        // The lane goes at once; the decoder goes at the end of the tick, and gives what it has left to the WebSocket.
        pipeline.syncOperations.removeHandler(self, promise: nil)
        pipeline.syncOperations.removeHandler(self.decoderHandler).assumeIsolated().whenSuccess {
            pipeline.fireChannelReadComplete()
        }
    }
}
