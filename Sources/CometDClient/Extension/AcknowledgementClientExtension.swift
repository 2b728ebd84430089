public import Bayeux
import Synchronization

/// Lets the server keep messages until they have arrived: none is lost when a connection breaks, and none comes twice.
///
/// Messages come with the answers to connects, each a numbered batch that the next connect acknowledges. It takes a
/// server that has the extension; with others nothing changes, which ``isAcknowledged`` tells.
///
/// - SeeAlso: CometD 3.1 reference book, "Acknowledge extension"; REQUIREMENTS N1.
public final class AcknowledgementClientExtension: ClientExtension {
    private struct State {
        var isOn = false
        var batch = 0
    }

    private static let name = "ack"

    private let state = Mutex(State())

    /// Makes the extension for one client.
    public init() {}

    /// Whether the server of the present session takes part.
    public var isAcknowledged: Bool { self.state.withLock(\.isOn) }

    /// The last batch that has come in the present session; 0 before the first.
    public var lastBatch: Int { self.state.withLock(\.batch) }

    /// Asks for acknowledgements in handshakes, and acknowledges in connects.
    public func outgoing(_ message: inout BayeuxMessage) throws -> Bool {
        switch message.channel {
        case "/meta/handshake":
            self.state.withLock { $0 = State() }
            message.addExt(Self.name, JSONBytes(.bool(true)))
        case "/meta/connect":
            let state = self.state.withLock { $0 }
            if state.isOn { message.addExt(Self.name, JSONBytes(JSONValue(state.batch))) }
        default:
            break
        }
        return true
    }

    /// Notes whether the server takes part, and the number of each batch.
    public func incoming(_ message: inout BayeuxMessage) throws -> Bool {
        guard message.isSuccessful == true, let ack = message.ext?[Self.name] else { return true }
        switch message.channel {
        case "/meta/handshake":
            // With messages in the answer to the handshake, it is an object: `{"enabled":true,"batch":1}`.
            let isOn = ack.boolValue ?? ack["enabled"]?.boolValue ?? false
            self.state.withLock { $0 = State(isOn: isOn, batch: ack["batch"]?.intValue ?? 0) }
        case "/meta/connect":
            guard let batch = ack.intValue else { break }
            self.state.withLock { state in
                if state.isOn { state.batch = batch }
            }
        default:
            break
        }
        return true
    }
}
