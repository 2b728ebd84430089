import Bayeux
import Foundation

/// What a session wants to know of a reply.
struct ReplyFacts {
    /// What it replies to.
    enum Kind {
        case handshake
        case connect
        case subscribe
        case disconnect
        case publish
    }

    let kind: Kind
    let isSuccessful: Bool
    /// The name of the session as a JSON string; only in replies to handshakes.
    private(set) var clientID = ""
    /// The number of the batch that this reply ends; only with the acknowledgement extension.
    private(set) var acknowledgement: Int?
    /// How long to wait before the next connect, in milliseconds.
    private(set) var interval = 0
    /// Whether the session is over.
    private(set) var forbidsReconnect = false
    /// The whole reply where something went wrong, for people.
    private(set) var text = ""

    /// Reads a reply.
    ///
    /// - Parameters:
    ///   - envelope: Where its fields lie.
    ///   - bytes: The text that it is a part of.
    init(_ envelope: MessageEnvelope, in bytes: UnsafeRawBufferPointer) {
        self.kind = Self.kind(of: bytes[envelope.channel.range])
        self.isSuccessful = bytes[envelope.successful.range].first == 0x74
        guard self.kind != .publish || !self.isSuccessful else { return }
        if self.kind == .handshake { self.clientID = String(decoding: bytes[envelope.clientID.range], as: UTF8.self) }
        if self.kind == .connect {
            if !envelope.ext.isEmpty { self.acknowledgement = Self.integer("ack", in: bytes[envelope.ext.range]) }
            if !envelope.advice.isEmpty {
                let advice = bytes[envelope.advice.range]
                self.interval = Self.integer("interval", in: advice) ?? 0
                let text = String(decoding: advice, as: UTF8.self)
                self.forbidsReconnect = text.contains(#""none""#) || text.contains(#""handshake""#)
            }
        }
        if !self.isSuccessful || self.forbidsReconnect {
            self.text = String(decoding: bytes[envelope.whole.range].prefix(300), as: UTF8.self)
        }
    }

    private static func kind(of channel: Slice<UnsafeRawBufferPointer>) -> Kind {
        // With the quotes: `"/meta/connect"`.
        if channel.elementsEqual(#""/meta/connect""#.utf8) { return .connect }
        guard channel.starts(with: #""/meta/"#.utf8) else { return .publish }
        if channel.elementsEqual(#""/meta/handshake""#.utf8) { return .handshake }
        if channel.elementsEqual(#""/meta/subscribe""#.utf8) { return .subscribe }
        if channel.elementsEqual(#""/meta/disconnect""#.utf8) { return .disconnect }
        return .publish
    }

    /// The integer behind the first member of a name.
    private static func integer(_ name: StaticString, in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let key = text.range(of: "\"\(name)\"") else { return nil }
        let digits = text[key.upperBound...].drop { $0 == ":" || $0 == " " }.prefix { $0.isNumber || $0 == "-" }
        return Int(digits)
    }
}
