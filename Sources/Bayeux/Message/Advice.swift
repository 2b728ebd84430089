package import NIOCore

/// What a peer must do next: whether, when and how to reconnect.
///
/// - SeeAlso: Bayeux specification, "advice".
public struct Advice: Hashable, Sendable {
    /// How to go on after a reply.
    public enum Reconnect: String, Hashable, Sendable {
        /// Send the next connect after ``Advice/interval``.
        case retry
        /// The session is gone: make a new one with a handshake.
        case handshake
        /// Do not reconnect at all.
        case none
    }

    /// How to go on; absent when the peer shall keep what it was told before.
    public var reconnect: Reconnect?
    /// How long to wait before the next connect; zero or longer.
    public var interval: Duration?
    /// How long the server holds a connect; in a client's connect, how long it shall be held this once.
    public var timeout: Duration?
    /// How long the server waits for the next connect before it drops the session.
    public var maxInterval: Duration?
    /// Whether several sessions of one browser share the connections that it allows.
    public var hasMultipleClients: Bool?
    /// Other servers to shake hands with, each as `host` or `host:port`; a client tries them in turn.
    ///
    /// At most ``maxHosts`` of a received advice are kept, and each has at most 255 characters; the rest is left out.
    public var hosts: [String]?

    /// How many ``hosts`` a received advice may name.
    ///
    /// Our own limit.
    public static let maxHosts = 16

    /// Makes an advice; what is left out is not sent.
    public init(
        reconnect: Reconnect? = nil,
        interval: Duration? = nil,
        timeout: Duration? = nil,
        maxInterval: Duration? = nil,
        hasMultipleClients: Bool? = nil,
        hosts: [String]? = nil
    ) {
        self.reconnect = reconnect
        self.interval = interval
        self.timeout = timeout
        self.maxInterval = maxInterval
        self.hasMultipleClients = hasMultipleClients
        self.hosts = hosts
    }

    /// Reads an advice that a peer sent; members of a wrong type count as absent.
    ///
    /// - Parameter json: The `advice` field of a message; `nil` is returned when it is no object.
    public init?(_ json: JSONBytes) {
        self.init(ofConnect: json)
        self.reconnect = json["reconnect"]?.stringValue.flatMap(Reconnect.init(rawValue:))
        self.maxInterval = Self.duration("maxInterval", of: json)
        self.hasMultipleClients = json["multiple-clients"]?.boolValue
        if let hosts = json["hosts"], hosts.kind == .array {
            let names = hosts.elements().lazy.compactMap(\.stringValue).filter { 1...255 ~= $0.utf8.count }
            self.hosts = Array(names.prefix(Self.maxHosts))
        }
    }

    /// Reads what a client may ask for in a connect, `timeout` and `interval`, and nothing else.
    package init?(ofConnect json: JSONBytes) {
        guard json.kind == .object else { return nil }
        self.init(interval: Self.duration("interval", of: json), timeout: Self.duration("timeout", of: json))
    }

    private static func duration(_ key: String, of json: JSONBytes) -> Duration? {
        // A client's clock arithmetic may make a fraction of it; beyond a year there is no difference.
        guard let value = json[key]?.doubleValue, value.isFinite else { return nil }
        return .milliseconds(Int64(min(max(value, -1), 31_536_000_000)))
    }

    /// Appends the advice as a JSON object, with its times in milliseconds.
    package func encode(into buffer: inout ByteBuffer) {
        var separator: StaticString = "{"
        func member(_ key: StaticString, _ write: (inout ByteBuffer) -> Void) {
            buffer.writeStaticString(separator)
            buffer.writeStaticString(key)
            write(&buffer)
            separator = ","
        }
        if let interval = self.interval { member("\"interval\":") { $0.writeDecimal(interval.milliseconds) } }
        if let timeout = self.timeout { member("\"timeout\":") { $0.writeDecimal(timeout.milliseconds) } }
        if let maxInterval = self.maxInterval {
            member("\"maxInterval\":") { $0.writeDecimal(maxInterval.milliseconds) }
        }
        if let multiple = self.hasMultipleClients {
            member("\"multiple-clients\":") { $0.writeStaticString(multiple ? "true" : "false") }
        }
        if let hosts = self.hosts {
            member("\"hosts\":") { $0.writeJSONValue(.array(hosts.map { .string($0) })) }
        }
        if let reconnect = self.reconnect {
            member("\"reconnect\":") { $0.writeJSONString(reconnect.rawValue) }
        }
        if self == Advice() { buffer.writeStaticString("{") }
        buffer.writeStaticString("}")
    }
}

extension Duration {
    /// The whole milliseconds, rounded towards zero; the nearest number when there are too many.
    package var milliseconds: Int {
        let (seconds, attoseconds) = self.components
        let limit = Int64.max / 2000
        return Int(clamping: min(max(seconds, -limit), limit) * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}
