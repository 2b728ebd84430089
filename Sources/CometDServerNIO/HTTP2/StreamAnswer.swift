import CometDServer
import NIOCore
import NIOHTTP1

/// The answer to a request over HTTP/2, in the terms of HTTP/1.
struct StreamAnswer {
    var head: HTTPResponseHead
    var body: ByteBuffer

    private init(_ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ body: ByteBuffer = ByteBuffer()) {
        var headers = headers
        headers.add(name: "content-length", value: String(body.readableBytes))
        headers.add(name: "cache-control", value: "no-store")
        headers.add(name: "date", value: DateLine.currentValue)
        self.head = HTTPResponseHead(version: .http2, status: status, headers: headers)
        self.body = body
    }

    /// Messages, as the transport of their request sends them.
    init(_ messages: RequestAnswer.Messages, over transport: HTTPTransport, _ encoder: AnswerEncoder) {
        var headers: HTTPHeaders = ["x-content-type-options": "nosniff"]
        var body = ByteBuffer()
        body.reserveCapacity(messages.byteCount)
        messages.encode(into: &body)
        let cookie: AnswerEncoder.CookieLine
        switch transport {
        case .longPolling:
            headers.add(name: "content-type", value: "application/json;charset=utf-8")
            cookie = encoder.longPollingCookie
        case .callbackPolling(let function):
            headers.add(name: "content-type", value: encoder.callbackMIMEType)
            body = CallbackScript.encode(body, calling: function)
            cookie = encoder.callbackPollingCookie
        }
        if let browserID = messages.newBrowserID {
            headers.add(name: "set-cookie", value: cookie.value(browserID))
        }
        self.init(.ok, headers, body)
    }

    /// A status with an empty body.
    init(_ status: HTTPResponseStatus) {
        self.init(status, [:])
    }

    /// An error, with its name as a short text; nothing that the client sent is in it.
    init(refusing status: HTTPResponseStatus) {
        self.init(
            status,
            ["content-type": "text/plain;charset=utf-8", "x-content-type-options": "nosniff"],
            ByteBuffer(string: status.reasonPhrase + "\n")
        )
    }
}
