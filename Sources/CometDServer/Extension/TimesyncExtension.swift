public import Bayeux

/// Lets clients find out how far their clocks are from the server's.
///
/// A client sends its clock `tc`, the lag `l` that it has measured and the offset `o` that it has reckoned with its
/// handshakes and connects, all in milliseconds: `ext.timesync: {tc, l, o}`. The reply has `{tc, ts, p, a}`: when the
/// server received the message, how long it kept it before the reply (as connects are held), and how wrong the client
/// is, `tc + o + l - ts`. A client that is accurate gets no such reply.
///
/// The time of receipt waits in the request itself, next to what the client sent: nothing is kept anywhere else.
///
/// - SeeAlso: CometD 3.1 reference book, "Timesync extension"; REQUIREMENTS N6.
public struct TimesyncExtension: BayeuxExtension {
    private static let name = "timesync"

    /// How wrong a client may be without being told; with a lag of zero it has not measured and is always told.
    public let accuracyTarget: Duration
    private let clock: WallClock

    /// Makes the extension.
    ///
    /// - Parameters:
    ///   - accuracyTarget: How wrong a client may be without being told.
    ///   - clock: Tells the time.
    public init(accuracyTarget: Duration = .milliseconds(25), clock: WallClock = .system) {
        self.accuracyTarget = accuracyTarget
        self.clock = clock
    }

    /// Messages on meta channels that have an `ext`, and the replies to them.
    public var scope: ExtensionScope { [.incomingMeta, .outgoingMeta, .onlyWithExt] }

    /// Notes when the message came.
    public func incoming(_ message: inout BayeuxMessage, from session: ServerSession?) async throws -> Bool {
        guard message.ext?[Self.name]?.kind == .object, var ext = message.ext?.value().objectValue,
            var sync = ext[Self.name]?.objectValue
        else { return true }
        sync["ts"] = JSONValue(self.clock.milliseconds)
        ext[Self.name] = .object(sync)
        message.ext = JSONBytes(.object(ext))
        return true
    }

    /// Answers, unless the client is accurate.
    public func outgoing(
        _ message: inout BayeuxMessage,
        to session: ServerSession?,
        from sender: ServerSession?
    ) async throws -> Bool {
        guard let sync = message.request?.ext?[Self.name], let received = sync["ts"]?.intValue,
            let sent = sync["tc"], let sentTime = Self.milliseconds(sent)
        else { return true }
        var reply: JSONObject = [
            "tc": sent.value(), "ts": JSONValue(received), "p": JSONValue(max(0, self.clock.milliseconds - received)),
        ]
        if let lag = sync["l"].flatMap(Self.milliseconds) {
            let offset = sync["o"].flatMap(Self.milliseconds) ?? 0
            let error = (sentTime + offset + lag - Double(received)).rounded()
            guard lag == 0 || Duration.milliseconds(abs(error)) >= self.accuracyTarget else { return true }
            reply["a"] = JSONValue(Int(error))
        }
        var ext = message.ext?.value().objectValue ?? JSONObject()
        ext[Self.name] = .object(reply)
        message.ext = JSONBytes(.object(ext))
        return true
    }

    /// A number of milliseconds that leaves room for reckoning; all else is ignored.
    private static func milliseconds(_ json: JSONBytes) -> Double? {
        guard json.kind == .number, let number = json.doubleValue, abs(number) < 0x1p52 else { return nil }
        return number
    }
}
