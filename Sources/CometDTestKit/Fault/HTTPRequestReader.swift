import NIOCore

/// Reads HTTP/1 requests with their bodies, for a ``ScriptedHTTPServer``.
///
/// Holds no socket: bytes go in, requests come out. It is lenient, as it stands in tests only.
struct HTTPRequestReader {
    /// The peer has sent what is not HTTP/1, or too much.
    struct Invalid: Error {}

    /// The most bytes that a body may have.
    static let bodyLimit = 1 << 24
    /// The most bytes that a line of the framing of chunks may have.
    static let lineLimit = 1 << 12

    private enum State {
        case head
        /// A body with that many bytes.
        case body(ScriptedHTTPServer.Request, length: Int)
        /// The line before a chunk.
        case chunkSize(ScriptedHTTPServer.Request)
        /// A chunk with that many bytes, and the line end behind it.
        case chunk(ScriptedHTTPServer.Request, length: Int)
        /// The lines behind the last chunk, up to an empty one.
        case trailers(ScriptedHTTPServer.Request)
    }

    private enum OnStep {
        case request(ScriptedHTTPServer.Request)
        case goOn
        case needMore
    }

    private var state = State.head
    private var bytes = ByteBuffer()

    /// Adds what came.
    mutating func append(_ bytes: ByteBuffer) {
        self.bytes.writeImmutableBuffer(bytes)
    }

    /// Takes the next request that is complete.
    ///
    /// - Returns: The request; `nil` when more bytes are needed.
    /// - Throws: ``Invalid``; nothing can be read after that.
    mutating func next() throws(Invalid) -> ScriptedHTTPServer.Request? {
        while true {
            switch try self.step() {
            case .request(let request):
                self.bytes.discardReadBytes()
                return request
            case .goOn: break
            case .needMore: return nil
            }
        }
    }

    private mutating func step() throws(Invalid) -> OnStep {
        switch self.state {
        case .head:
            return try self.readHead()
        case .body(var request, let length):
            guard let body = self.bytes.readSlice(length: length) else { return .needMore }
            request.body = body
            self.state = .head
            return .request(request)
        case .chunkSize(let request):
            guard let line = try self.readLine() else { return .needMore }
            let digits = line.prefix { $0 != ";" && $0 != " " }
            guard let size = Int(digits, radix: 16), size >= 0,
                size <= Self.bodyLimit - request.body.readableBytes
            else { throw Invalid() }
            self.state = size == 0 ? .trailers(request) : .chunk(request, length: size)
            return .goOn
        case .chunk(var request, let length):
            guard self.bytes.readableBytes >= length + 2, let chunk = self.bytes.readSlice(length: length) else {
                return .needMore
            }
            guard self.bytes.readString(length: 2) == "\r\n" else { throw Invalid() }
            request.body.writeImmutableBuffer(chunk)
            self.state = .chunkSize(request)
            return .goOn
        case .trailers(let request):
            guard let line = try self.readLine() else { return .needMore }
            guard line.isEmpty else { return .goOn }
            self.state = .head
            return .request(request)
        }
    }

    private mutating func readHead() throws(Invalid) -> OnStep {
        guard let head = HTTPHead(takenFrom: &self.bytes) else {
            guard self.bytes.readableBytes < HTTPHead.limit else { throw Invalid() }
            return .needMore
        }
        let words = head.startLine.split(separator: " ")
        guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { throw Invalid() }
        let request = ScriptedHTTPServer.Request(
            method: String(words[0]),
            uri: String(words[1]),
            headers: head.fields,
            body: ByteBuffer()
        )
        if head.lists("chunked", in: "transfer-encoding") {
            self.state = .chunkSize(request)
        } else if let value = head.values("content-length").first {
            guard let length = Int(value), length >= 0, length <= Self.bodyLimit else { throw Invalid() }
            self.state = .body(request, length: length)
        } else {
            return .request(request)
        }
        return .goOn
    }

    private mutating func readLine() throws(Invalid) -> String? {
        let end = self.bytes.readableBytesView.prefix(Self.lineLimit).firstIndex(of: UInt8(ascii: "\n"))
        guard let length = end.map({ $0 - self.bytes.readerIndex }) else {
            guard self.bytes.readableBytes < Self.lineLimit else { throw Invalid() }
            return nil
        }
        let line = self.bytes.readString(length: length) ?? ""
        self.bytes.moveReaderIndex(forwardBy: 1)
        return line.hasSuffix("\r") ? String(line.dropLast()) : line
    }
}
