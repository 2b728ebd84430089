import Bayeux
import CometDServer
import NIOCore

/// How a message is printed, on one line.
enum MessageFormat: Hashable, Sendable {
    /// For people: the channel, then the payload.
    case pretty(hasColors: Bool)
    /// For machines: the whole message as it came.
    case json

    /// The line of a message, without its end.
    func line(_ message: BayeuxMessage) -> String {
        switch self {
        case .json:
            var buffer = ByteBuffer()
            message.encode(into: &buffer)
            return Self.oneLine(buffer)
        case .pretty(let hasColors):
            let channel = (message.channel ?? "").onOneLine
            let shown = hasColors ? "\u{1b}[2m\(channel)\u{1b}[0m" : channel
            guard let data = message.data else { return shown }
            // A terminal must not take the control characters of others as commands.
            return "\(shown) \(Self.oneLine(data.buffer).onOneLine)"
        }
    }

    /// A JSON text on one line: line breaks can only stand between its values, where they mean as little as spaces.
    static func oneLine(_ json: ByteBuffer) -> String {
        let breaks = [UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        return String(
            decoding: json.readableBytesView.lazy.map { breaks.contains($0) ? UInt8(ascii: " ") : $0 },
            as: UTF8.self
        )
    }
}
