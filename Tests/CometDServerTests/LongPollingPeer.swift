import CometDTestKit

/// A client that talks over long-polling, with its cookie.
struct LongPollingPeer {
    let test: TestServer
    let clientID: String
    let cookie: String?
    var isHTTP2 = false

    /// Handshakes and sends the first connect.
    ///
    /// - Parameters:
    ///   - test: The server.
    ///   - cookie: The browser's cookie, if it has one.
    ///   - more: Further members of the handshake, with a comma in front.
    ///   - connects: Whether the first connect is sent.
    ///   - isHTTP2: Whether it talks over HTTP/2.
    init(
        _ test: TestServer,
        cookie: String? = nil,
        handshake more: String = "",
        connects: Bool = true,
        isHTTP2: Bool = false
    ) {
        self.test = test
        self.isHTTP2 = isHTTP2
        let handshake = test.post(
            #"[{"channel":"/meta/handshake"\#(more)}]"#,
            cookie: cookie,
            isHTTP2: isHTTP2
        )
        self.clientID = handshake.messages.first?["clientId"] ?? ""
        self.cookie = handshake.newCookie ?? cookie
        if connects { self.connect() }
    }

    @discardableResult
    func connect(_ more: String = "") -> TestRequest {
        self.send(
            #"{"channel":"/meta/connect","clientId":"\#(self.clientID)","connectionType":"long-polling"\#(more)}"#
        )
    }

    /// Sends a connect that acknowledges a batch.
    @discardableResult
    func connect(acknowledging batch: Int) -> TestRequest { self.connect(#","ext":{"ack":\#(batch)}"#) }

    @discardableResult
    func subscribe(_ channel: String) -> TestRequest {
        self.send(#"{"channel":"/meta/subscribe","clientId":"\#(self.clientID)","subscription":"\#(channel)"}"#)
    }

    @discardableResult
    func publish(_ channel: String, data: String = "1", more: String = "") -> TestRequest {
        self.send(#"{"channel":"\#(channel)","clientId":"\#(self.clientID)","data":\#(data)\#(more)}"#)
    }

    /// Sends messages in one request; they are given without the array's brackets.
    @discardableResult
    func send(_ messages: String) -> TestRequest {
        self.test.post("[\(messages)]", cookie: self.cookie, isHTTP2: self.isHTTP2)
    }
}
