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
        guard let member = json[key] else { return nil }
        guard let value = member.naturalNumber.map({ Double($0) }) ?? member.doubleValue, value.isFinite else {
            return nil
        }
        return .milliseconds(Int64(min(max(value, -1), 31_536_000_000)))
    }

    /// Appends the advice as a JSON object, with its times in milliseconds.
    package func encode(into buffer: inout ByteBuffer) {
        if let hosts = self.hosts { return self.encode(hosts, into: &buffer) }
        // The keys and signs of all members are less than 100 bytes.
        buffer.writeGathered(upTo: 100 + 3 * GatheredBytes.longestDecimal) { text in
            var separator: StaticString = "{"
            func member(_ key: StaticString) {
                text.append(separator)
                text.append(key)
                separator = ","
            }
            if let interval = self.interval {
                member("\"interval\":")
                text.append(decimal: interval.milliseconds)
            }
            if let timeout = self.timeout {
                member("\"timeout\":")
                text.append(decimal: timeout.milliseconds)
            }
            if let maxInterval = self.maxInterval {
                member("\"maxInterval\":")
                text.append(decimal: maxInterval.milliseconds)
            }
            if let multiple = self.hasMultipleClients {
                member(multiple ? "\"multiple-clients\":true" : "\"multiple-clients\":false")
            }
            switch self.reconnect {
            case .some(.retry): member("\"reconnect\":\"retry\"")
            case .some(.handshake): member("\"reconnect\":\"handshake\"")
            case .some(.none): member("\"reconnect\":\"none\"")
            case nil: break
            }
            text.append(self == Advice() ? "{}" : "}")
        }
    }

    /// Appends the advice with its hosts, which come first.
    private func encode(_ hosts: [String], into buffer: inout ByteBuffer) {
        var others = self
        others.hosts = nil
        buffer.writeStaticString("{\"hosts\":")
        buffer.writeJSONValue(.array(hosts.map { .string($0) }))
        var rest = ByteBuffer()
        others.encode(into: &rest)
        // The other members follow, from behind the brace that opens them; or only the one that closes.
        if others != Advice() { buffer.writeStaticString(",") }
        rest.moveReaderIndex(forwardBy: 1)
        buffer.writeBuffer(&rest)
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
