/// What a WebSocket frame is.
///
/// - SeeAlso: RFC 6455, section 5.2.
enum WebSocketOpcode: UInt8 {
    /// A further fragment of the message that an earlier frame began.
    case continuation = 0x0
    /// A message of text, or its first fragment.
    case text = 0x1
    /// A message of bytes, or its first fragment.
    case binary = 0x2
    /// The sender closes the connection and sends nothing more.
    case close = 0x8
    /// The sender wants a sign of life.
    case ping = 0x9
    /// The sign of life.
    case pong = 0xa

    /// Whether the frame may come between the fragments of a message; it is short and never fragmented itself.
    var isControl: Bool { self.rawValue & 0x8 != 0 }
}
