import Bayeux
import CometDServer
import NIOCore
import NIOHTTP1

/// Writes whole answers, head and body, as they stand on the wire.
///
/// There is no `HTTPResponseEncoder` below: each answer is one buffer and one write.
final class AnswerEncoder: Sendable {
    /// The head of an answer of `long-polling`, up to the length of the body.
    private static let jsonHead: StaticString = """
        HTTP/1.1 200 OK\r
        Content-Type: application/json;charset=utf-8\r
        X-Content-Type-Options: nosniff\r
        Cache-Control: no-store\r
        Content-Length:\u{20}
        """

    /// What follows the browser cookie's value, with the line's end; by transport.
    let longPollingCookie: CookieLine
    let callbackPollingCookie: CookieLine
    /// The content type of callback-polling.
    let callbackMIMEType: String

    init(_ options: ServerOptions) {
        self.longPollingCookie = CookieLine(options.longPolling.browserCookie)
        self.callbackPollingCookie = CookieLine(options.callbackPolling.browserCookie)
        self.callbackMIMEType = options.callbackPolling.mimeType
    }

    /// Messages, as the transport of their request sends them.
    func messages(
        _ messages: RequestAnswer.Messages,
        over transport: HTTPTransport,
        _ form: AnswerForm
    ) -> ByteBuffer {
        switch transport {
        case .longPolling: self.json(messages, form)
        case .callbackPolling(let function): self.script(messages, calling: function, form)
        }
    }

    private func json(_ messages: RequestAnswer.Messages, _ form: AnswerForm) -> ByteBuffer {
        let count = messages.byteCount
        var answer = ByteBuffer()
        answer.reserveCapacity(320 + count)
        let longest = Self.jsonHead.utf8CodeUnitCount + GatheredBytes.longestDecimal + 2
        answer.writeGathered(upTo: longest) { head in
            head.append(Self.jsonHead)
            head.append(decimal: count)
            head.append("\r\n")
        }
        if let browserID = messages.newBrowserID { self.longPollingCookie.write(browserID, into: &answer) }
        Self.endHead(of: &answer, form)
        messages.encode(into: &answer)
        return answer
    }

    private func script(
        _ messages: RequestAnswer.Messages,
        calling function: String,
        _ form: AnswerForm
    ) -> ByteBuffer {
        var json = ByteBuffer()
        json.reserveCapacity(messages.byteCount)
        messages.encode(into: &json)
        let script = CallbackScript.encode(json, calling: function)
        var answer = ByteBuffer()
        answer.reserveCapacity(384 + script.readableBytes)
        answer.writeStaticString("HTTP/1.1 200 OK\r\nContent-Type: ")
        answer.writeString(self.callbackMIMEType)
        answer.writeStaticString("\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nContent-Length: ")
        answer.writeDecimal(script.readableBytes)
        answer.writeStaticString("\r\n")
        if let browserID = messages.newBrowserID { self.callbackPollingCookie.write(browserID, into: &answer) }
        Self.endHead(of: &answer, form)
        answer.writeImmutableBuffer(script)
        return answer
    }

    /// Tells a client that asked first to send its body.
    static let `continue` = ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")

    /// A status with an empty body.
    static func status(_ status: HTTPResponseStatus, _ form: AnswerForm) -> ByteBuffer {
        var answer = ByteBuffer()
        self.startHead(of: &answer, status)
        answer.writeStaticString("Content-Length: 0\r\n")
        self.endHead(of: &answer, form)
        return answer
    }

    /// An error, with its name as a short text; nothing that the client sent is in it.
    static func refusal(_ status: HTTPResponseStatus, _ form: AnswerForm) -> ByteBuffer {
        var answer = ByteBuffer()
        self.startHead(of: &answer, status)
        if case .upgradeRequired = status {
            answer.writeStaticString("Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n")
        }
        answer.writeStaticString(
            """
            Content-Type: text/plain;charset=utf-8\r
            X-Content-Type-Options: nosniff\r
            Content-Length:\u{20}
            """
        )
        answer.writeDecimal(status.reasonPhrase.utf8.count + 1)
        answer.writeStaticString("\r\n")
        self.endHead(of: &answer, form)
        if !form.isHead {
            answer.writeString(status.reasonPhrase)
            answer.writeStaticString("\n")
        }
        return answer
    }

    /// The answer that turns the connection into a WebSocket.
    ///
    /// - Parameters:
    ///   - key: The request's.
    ///   - subprotocol: The sub-protocol that is spoken, if the client has offered it.
    ///   - extensions: The extensions that are used.
    /// - Returns: The answer's head, behind which frames follow.
    static func switchingProtocols(key: String, subprotocol: String?, extensions: String?) -> ByteBuffer {
        var answer = ByteBuffer()
        answer.reserveCapacity(256)
        answer.writeStaticString(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: "
        )
        answer.writeString(WebSocketAccept.value(for: key))
        answer.writeStaticString("\r\n")
        if let subprotocol { answer.writeHeader("Sec-WebSocket-Protocol", subprotocol) }
        if let extensions { answer.writeHeader("Sec-WebSocket-Extensions", extensions) }
        answer.writeStaticString("\r\n")
        return answer
    }

    private static func startHead(of answer: inout ByteBuffer, _ status: HTTPResponseStatus) {
        answer.reserveCapacity(256)
        answer.writeStaticString("HTTP/1.1 ")
        answer.writeDecimal(Int(status.code))
        answer.writeStaticString(" ")
        answer.writeString(status.reasonPhrase)
        answer.writeStaticString("\r\nCache-Control: no-store\r\n")
    }

    private static func endHead(of answer: inout ByteBuffer, _ form: AnswerForm) {
        for (name, value) in form.crossOriginHeaders { answer.writeHeader(name, value) }
        let date = DateLine.current
        answer.writeGathered(upTo: date.readableBytes + 32) { head in
            head.append(date)
            if form.closes {
                head.append("Connection: close\r\n\r\n")
            } else if form.isHTTP10 {
                head.append("Connection: keep-alive\r\n\r\n")
            } else {
                head.append("\r\n")
            }
        }
    }
}

extension ByteBuffer {
    fileprivate mutating func writeHeader(_ name: String, _ value: String) {
        self.writeString(name)
        self.writeStaticString(": ")
        self.writeString(value)
        self.writeStaticString("\r\n")
    }
}

extension AnswerEncoder {
    /// The `Set-Cookie` line of a transport, all but the value.
    struct CookieLine: Sendable {
        private let start: String
        private let end: String

        init(_ cookie: HTTPTransportOptions.BrowserCookie) {
            self.start = "\(cookie.name)="
            var end = ""
            if let path = cookie.path { end += "; Path=\(path)" }
            if let domain = cookie.domain { end += "; Domain=\(domain)" }
            if let maxAge = cookie.maxAge { end += "; Max-Age=\(maxAge.components.seconds)" }
            if cookie.isSecure { end += "; Secure" }
            if cookie.isHTTPOnly { end += "; HttpOnly" }
            if let sameSite = cookie.sameSite { end += "; SameSite=\(sameSite)" }
            if cookie.isPartitioned { end += "; Partitioned" }
            self.end = end
        }

        func write(_ value: String, into answer: inout ByteBuffer) {
            answer.writeStaticString("Set-Cookie: ")
            answer.writeString(self.start)
            answer.writeString(value)
            answer.writeString(self.end)
            answer.writeStaticString("\r\n")
        }

        /// The line's value.
        func value(_ value: String) -> String { self.start + value + self.end }
    }
}
