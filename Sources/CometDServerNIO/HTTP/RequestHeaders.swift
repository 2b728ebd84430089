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
                let isWebSocket = value.listElements.contains { $0.isIgnoringCase("websocket") }
                self.upgrade = isWebSocket || self.upgrade == .webSocket ? .webSocket : .other
            case 10 where name.isIgnoringCase("connection"):
                if value.listElements.contains(where: { $0.isIgnoringCase("upgrade") }) {
                    self.connectionUpgrades = true
                }
            case 12 where name.isIgnoringCase("content-type"):
                self.contentType = self.contentType ?? value
            case 14 where name.isIgnoringCase("content-length"):
                // The decoder has refused what is no number; one that is too large for us is too large anyway.
                self.contentLength = Int(value.trimmingBlanks) ?? .max
            default:
                break
            }
        }
    }
}
