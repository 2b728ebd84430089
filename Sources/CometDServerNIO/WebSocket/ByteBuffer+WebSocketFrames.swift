import NIOCore

// The frames that a server sends: final and not masked (RFC 6455, section 5.1).
extension ByteBuffer {
    /// The longest header of a frame that a server sends.
    static let longestWebSocketHeader = 10

    /// The length of the header of a frame that a server sends, from the length of the whole frame.
    static func webSocketHeaderLength(ofFrame length: Int) -> Int {
        if length < 126 + 2 { return 2 }
        return length < 65536 + 4 ? 4 : 10
    }

    /// Appends the header of a whole message or a control frame.
    mutating func writeWebSocketHeader(_ opcode: WebSocketOpcode, payloadLength: Int, isCompressed: Bool = false) {
        let first = 0x80 | (isCompressed ? 0x40 : 0) | opcode.rawValue
        switch payloadLength {
        case 0..<126: self.writeMultipleIntegers(first, UInt8(payloadLength))
        case 126..<65536: self.writeMultipleIntegers(first, 126 as UInt8, UInt16(payloadLength))
        default: self.writeMultipleIntegers(first, 127 as UInt8, UInt64(payloadLength))
        }
    }

    /// Appends a frame of text that holds an array of messages.
    ///
    /// - Parameter replies: The messages' JSON, parted by commas.
    mutating func writeWebSocketFrame(ofReplies replies: ByteBuffer) {
        self.writeWebSocketHeader(.text, payloadLength: replies.readableBytes + 2)
        self.writeStaticString("[")
        self.writeImmutableBuffer(replies)
        self.writeStaticString("]")
    }

    /// Appends a frame of text that holds an array of messages.
    mutating func writeWebSocketFrame(ofMessages messages: some Collection<ByteBuffer>) {
        // The brackets and commas are one more than the messages.
        let length = messages.reduce(1 + max(1, messages.count)) { $0 + $1.readableBytes }
        self.writeWebSocketHeader(.text, payloadLength: length)
        self.writeStaticString("[")
        var isFirst = true
        for message in messages {
            if !isFirst { self.writeStaticString(",") }
            self.writeImmutableBuffer(message)
            isFirst = false
        }
        self.writeStaticString("]")
    }

    /// Appends the answer to a ping.
    ///
    /// - Parameter payload: The ping's, at most 125 bytes.
    mutating func writeWebSocketPong(_ payload: ByteBuffer) {
        self.writeWebSocketHeader(.pong, payloadLength: payload.readableBytes)
        self.writeImmutableBuffer(payload)
    }

    /// Appends a close frame.
    ///
    /// - Parameters:
    ///   - code: Why; `nil` for a frame without a payload.
    ///   - reason: The same in words; what is beyond 123 bytes is cut off.
    mutating func writeWebSocketClose(code: UInt16?, reason: String) {
        guard let code else { return self.writeWebSocketHeader(.close, payloadLength: 0) }
        var words = ""
        for scalar in reason.unicodeScalars {
            guard words.utf8.count + UTF8.width(scalar) <= 123 else { break }
            words.unicodeScalars.append(scalar)
        }
        self.writeWebSocketHeader(.close, payloadLength: 2 + words.utf8.count)
        self.writeInteger(code)
        self.writeString(words)
    }
}
