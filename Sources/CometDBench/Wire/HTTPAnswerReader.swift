package import NIOCore

/// Takes the bytes that a server sends over HTTP/1.1 apart into answers.
///
/// Holds no socket and no clock: bytes come in by ``append(_:)``, answers go out by ``next()``. A body of a known length
/// that lies whole in one chunk is a slice of it. Of the headers only those that matter to a load generator are read.
///
/// - SeeAlso: RFC 9112.
package struct HTTPAnswerReader {
    /// One answer.
    package struct Answer: Hashable, Sendable {
        /// The status.
        package var status: Int
        /// The body.
        package var body: ByteBuffer
        /// The cookies that it sets, as they are sent back: `name=value`.
        package var cookies: [String]
        /// Whether the server closes the connection behind it.
        package var isLast: Bool
    }

    /// What the bytes turned out to be.
    package enum Event: Hashable, Sendable {
        /// A whole answer.
        case answer(Answer)
        /// No HTTP: the connection is of no use any more.
        case failure
    }

    private enum BodyLength: Hashable {
        case known(Int)
        case chunked
        case untilClose
    }

    private struct Head {
        var answer: Answer
        var body: BodyLength
    }

    private static let mostHead = 64 << 10
    private static let mostBody = 1 << 30

    private var received = ByteBuffer()
    /// The head of the answer whose body is being received, and the chunks of it that have come.
    private var head: Head?
    private var hasEnded = false

    package init() {}

    /// Takes a chunk of received bytes.
    package mutating func append(_ chunk: ByteBuffer) {
        if self.received.readableBytes == 0 {
            self.received = chunk
        } else {
            self.received.writeImmutableBuffer(chunk)
        }
    }

    /// Takes what has not been used, such as the frames behind the answer to an upgrade.
    package mutating func takeRest() -> ByteBuffer {
        defer { self.received = ByteBuffer() }
        return self.received
    }

    /// Reads on.
    ///
    /// - Returns: The next event; `nil` when more bytes are needed for one.
    package mutating func next() -> Event? {
        guard !self.hasEnded else { return nil }
        if self.head == nil {
            guard let length = self.headLength() else {
                guard self.received.readableBytes <= Self.mostHead else { return self.fail() }
                self.keepRest()
                return nil
            }
            guard let bytes = self.received.readSlice(length: length), let head = Self.head(bytes) else {
                return self.fail()
            }
            self.head = head
        }
        guard let head = self.head else { return nil }
        switch head.body {
        case .known(let length):
            guard length <= Self.mostBody else { return self.fail() }
            guard let body = self.received.readSlice(length: length) else {
                self.keepRest()
                return nil
            }
            return self.finish(head.answer, body)
        case .chunked: return self.readChunks()
        case .untilClose:
            self.keepRest()
            return nil
        }
    }

    /// The connection has been closed.
    ///
    /// - Returns: The answer whose end that is; `nil` when none was under way, or not all of it came.
    package mutating func end() -> Answer? {
        guard let head = self.head, head.body == .untilClose else { return nil }
        self.head = nil
        var answer = head.answer
        answer.body = self.takeRest()
        return answer
    }

    private mutating func finish(_ answer: Answer, _ body: ByteBuffer) -> Event {
        self.head = nil
        var answer = answer
        answer.body = body
        if self.received.readableBytes == 0 { self.received = ByteBuffer() }
        return .answer(answer)
    }

    private mutating func readChunks() -> Event? {
        while true {
            guard let head = self.head else { return nil }
            let view = self.received.readableBytesView
            guard let lineEnd = Self.lineEnd(in: view) else {
                guard view.count < 256 else { return self.fail() }
                self.keepRest()
                return nil
            }
            let line = String(decoding: view[view.startIndex..<lineEnd], as: UTF8.self)
            let digits = line.prefix { $0 != ";" }.filter { !$0.isWhitespace }
            guard let size = Int(digits, radix: 16), 0...Self.mostBody ~= size else { return self.fail() }
            let lineLength = lineEnd - view.startIndex + 2
            // Behind the last chunk an empty line; trailers are not expected.
            guard self.received.readableBytes >= lineLength + size + 2 else {
                self.keepRest()
                return nil
            }
            self.received.moveReaderIndex(forwardBy: lineLength)
            guard var chunk = self.received.readSlice(length: size) else { return self.fail() }
            self.received.moveReaderIndex(forwardBy: 2)
            if size == 0 { return self.finish(head.answer, head.answer.body) }
            self.head?.answer.body.writeBuffer(&chunk)
            guard (self.head?.answer.body.readableBytes ?? 0) <= Self.mostBody else { return self.fail() }
        }
    }

    private mutating func fail() -> Event {
        self.hasEnded = true
        return .failure
    }

    /// Lets go of the received chunk; what has not been used is kept in a buffer of its own.
    private mutating func keepRest() {
        guard self.received.readerIndex > 0 else { return }
        self.received = ByteBuffer(bytes: self.received.readableBytesView)
    }

    /// The length of the head with its empty line; `nil` when not all of it is there.
    private func headLength() -> Int? {
        self.received.withUnsafeReadableBytes { bytes in
            var index = 3
            while index < bytes.count {
                switch bytes[index] {
                case 0x0a:
                    if bytes[index - 1] == 0x0d, bytes[index - 2] == 0x0a, bytes[index - 3] == 0x0d { return index + 1 }
                    index += 2
                case 0x0d: index += 1
                default: index += 1
                }
            }
            return nil
        }
    }

    private static func lineEnd(in view: ByteBufferView) -> Int? {
        var index = view.startIndex
        while index + 1 < view.endIndex {
            if view[index] == 0x0d, view[index + 1] == 0x0a { return index }
            index += 1
        }
        return nil
    }

    /// Reads a head.
    private static func head(_ bytes: ByteBuffer) -> Head? {
        let view = bytes.readableBytesView
        // "HTTP/1.1 200"
        guard view.count > 12, view.starts(with: "HTTP/1.".utf8) else { return nil }
        let start = view.startIndex
        var status = 0
        for byte in view[(start + 9)..<(start + 12)] {
            guard 0x30...0x39 ~= byte else { return nil }
            status = status * 10 + Int(byte - 0x30)
        }
        var head = Head(
            answer: Answer(status: status, body: ByteBuffer(), cookies: [], isLast: view[start + 7] == 0x30),
            body: .untilClose
        )
        var rest = view[start...]
        while let end = Self.lineEnd(in: rest) {
            Self.read(line: rest[rest.startIndex..<end], into: &head)
            rest = rest[(end + 2)...]
        }
        if status < 200 || status == 204 || status == 304 { head.body = .known(0) }
        return head
    }

    private static func read(line: ByteBufferView, into head: inout Head) {
        // The names that matter begin with c, s or t.
        guard let first = line.first, [0x63, 0x73, 0x74].contains(first | 0x20),
            let colon = line.firstIndex(of: 0x3a)
        else { return }
        let value = String(decoding: line[(colon + 1)...], as: UTF8.self).trimmingWhitespace()
        switch String(decoding: line[line.startIndex..<colon], as: UTF8.self).lowercased() {
        case "content-length":
            if let length = Int(value), length >= 0, head.body != .chunked { head.body = .known(length) }
        case "transfer-encoding": head.body = .chunked
        case "connection":
            let value = value.lowercased()
            if value == "close" { head.answer.isLast = true }
            if value == "keep-alive" { head.answer.isLast = false }
        case "set-cookie": head.answer.cookies.append(String(value.prefix { $0 != ";" }))
        default: break
        }
    }
}

extension String {
    fileprivate func trimmingWhitespace() -> String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
