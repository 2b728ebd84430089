import NIOHTTP1

/// The headers that the lane itself looks at, found in one pass.
struct RequestHeaders {
    /// What the client wants to hear before it sends the body.
    enum Expectation {
        case none
        case `continue`
        /// Something that nobody here knows.
        case other
    }

    /// What the client would rather speak than HTTP.
    enum Upgrade {
        case none
        case webSocket
        case other
    }

    private(set) var hostCount = 0
    private(set) var host: String?
    /// Where the page came from that sent the request; `nil` when there was none, empty when several are told.
    private(set) var origin: String?
    /// The length of the body as announced; `nil` when it was not.
    private(set) var contentLength: Int?
    private(set) var contentType: String?
    private(set) var cookies: String?
    private(set) var expectation = Expectation.none
    private(set) var upgrade = Upgrade.none
    /// Whether the `Connection` header names the upgrade, as it must.
    private(set) var connectionUpgrades = false
    /// What a request for a WebSocket says of it; `nil` when there was nothing.
    private(set) var webSocket: WebSocketOffer?

    init(_ headers: HTTPHeaders) {
        for (name, value) in headers {
            switch name.utf8.count {
            case 4 where name.isIgnoringCase("host"):
                self.hostCount += 1
                self.host = value
            case 6 where name.isIgnoringCase("cookie"):
                self.cookies = self.cookies.map { $0 + ";" + value } ?? value
            case 6 where name.isIgnoringCase("origin"):
                self.origin = self.origin == nil ? value : ""
            case 6 where name.isIgnoringCase("expect"):
                self.expectation = value.isIgnoringCase("100-continue") ? .continue : .other
            case 7 where name.isIgnoringCase("upgrade"):
                self.upgrade = value.hasListElement("websocket") || self.upgrade == .webSocket ? .webSocket : .other
            case 10 where name.isIgnoringCase("connection"):
                if value.hasListElement("upgrade") { self.connectionUpgrades = true }
            case 12 where name.isIgnoringCase("content-type"):
                self.contentType = self.contentType ?? value
            case 14 where name.isIgnoringCase("content-length"):
                // The decoder has refused what is no number; one that is too large for us is too large anyway.
                self.contentLength = Int(value.trimmingBlanks) ?? .max
            case 17 where name.isIgnoringCase("sec-websocket-key"):
                self.changeWebSocket { $0.tellKey(value) }
            case 21 where name.isIgnoringCase("sec-websocket-version"):
                self.changeWebSocket { $0.tellVersion(value) }
            case 22 where name.isIgnoringCase("sec-websocket-protocol"):
                self.changeWebSocket { $0.protocols = $0.protocols.map { $0 + "," + value } ?? value }
            case 24 where name.isIgnoringCase("sec-websocket-extensions"):
                self.changeWebSocket { $0.extensions = $0.extensions.map { $0 + "," + value } ?? value }
            default:
                break
            }
        }
    }

    private mutating func changeWebSocket(_ change: (WebSocketOffer) -> Void) {
        let offer = self.webSocket ?? WebSocketOffer()
        self.webSocket = offer
        change(offer)
    }

    /// What a request for a WebSocket says of it; apart, because most requests are none.
    final class WebSocketOffer {
        fileprivate(set) var key: String?
        fileprivate(set) var version: String?
        /// Whether the key or the version is told more than once.
        fileprivate(set) var isAmbiguous = false
        /// The extensions that are offered, a comma between the values of several headers; `nil` for none.
        fileprivate(set) var extensions: String?
        /// The sub-protocols that are offered, likewise.
        fileprivate(set) var protocols: String?

        fileprivate func tellKey(_ value: String) {
            if self.key != nil { self.isAmbiguous = true }
            self.key = value
        }

        fileprivate func tellVersion(_ value: String) {
            if self.version != nil { self.isAmbiguous = true }
            self.version = value
        }
    }
}
