import CometDServer
import NIOCore
import NIOHTTP1

extension FastLane {
    /// Turns the connection into a WebSocket, or refuses to.
    ///
    /// - SeeAlso: RFC 6455, section 4.2.
    func openWebSocket(_ request: IncomingRequest, _ context: ChannelHandlerContext) {
        if let status = self.reasonAgainstWebSocket(request) {
            self.refuseWebSocket(status)
            return
        }
        self.becomeWebSocket(request, self.perMessageDeflate(for: request))
    }

    private func reasonAgainstWebSocket(_ request: IncomingRequest) -> HTTPResponseStatus? {
        let headers = request.headers
        guard !self.isInputClosed, !(request.head.version < .http1_1), headers.connectionUpgrades,
            let offer = headers.webSocket, !offer.isAmbiguous, let key = offer.key, Self.isKey(key),
            let version = offer.version
        else { return .badRequest }
        if version.trimmingBlanks != "13" { return .upgradeRequired }
        return self.isQuiescing ? .serviceUnavailable : nil
    }

    /// The sub-protocol of the options, when the client offers it.
    private func subprotocol(for request: IncomingRequest) -> String? {
        guard let subprotocol = self.endpoint.server.options.webSocket.subprotocol,
            let offered = request.headers.webSocket?.protocols
        else { return nil }
        return offered.listElements.contains { $0 == subprotocol } ? subprotocol : nil
    }

    /// How messages are compressed, when the client offers that and the options have nothing against it.
    private func perMessageDeflate(for request: IncomingRequest) -> PerMessageDeflate? {
        guard let offers = request.headers.webSocket?.extensions,
            self.endpoint.server.options.webSocket.enablesPerMessageDeflate
        else { return nil }
        return PerMessageDeflate(offers: offers)
    }

    /// Whether a key is Base64 of sixteen bytes.
    private static func isKey(_ key: String) -> Bool {
        let digits = key.utf8.dropLast(2)
        return key.utf8.count == WebSocketAccept.keyLength && key.hasSuffix("==")
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

    private func becomeWebSocket(_ request: IncomingRequest, _ deflate: PerMessageDeflate?) {
        guard let context = self.context else { return }
        let answer = AnswerEncoder.switchingProtocols(
            key: request.headers.webSocket?.key ?? "",
            subprotocol: self.subprotocol(for: request),
            extensions: deflate?.answer
        )
        let webSocket = WebSocketConnection(
            server: self.endpoint.server,
            context: self.requestContext(request.head, context),
            eventLoop: context.eventLoop,
            deflate: deflate
        )
        context.writeAndFlush(self.wrapOutboundOut(answer), promise: nil)
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
