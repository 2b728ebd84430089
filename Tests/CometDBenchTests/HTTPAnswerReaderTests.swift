import NIOCore
import Testing

@testable import CometDBench

@Suite("HTTPAnswerReader")
struct HTTPAnswerReaderTests {
    typealias Answer = HTTPAnswerReader.Answer

    private static func events(_ text: String, pieces: Int = .max) -> [HTTPAnswerReader.Event] {
        var (reader, bytes) = (HTTPAnswerReader(), ByteBuffer(string: text))
        var events: [HTTPAnswerReader.Event] = []
        while bytes.readableBytes > 0 {
            guard let piece = bytes.readSlice(length: min(pieces, bytes.readableBytes)) else { break }
            reader.append(piece)
            while let event = reader.next() { events.append(event) }
        }
        return events
    }

    private static func answer(
        _ body: String,
        status: Int = 200,
        cookies: [String] = [],
        isLast: Bool = false
    ) -> HTTPAnswerReader.Event {
        .answer(Answer(status: status, body: ByteBuffer(string: body), cookies: cookies, isLast: isLast))
    }

    @Test(arguments: [1, 3, 10, Int.max])
    func `answers follow each other, in pieces of any size`(pieces: Int) {
        let text =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 3\r\n\r\n[1]"
            + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\n[2\r\n1\r\n]\r\n0\r\n\r\n"
            + "HTTP/1.1 204 No Content\r\n\r\n"
            + "HTTP/1.1 500 Oh\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

        #expect(
            Self.events(text, pieces: pieces) == [
                Self.answer("[1]"), Self.answer("[2]"), Self.answer("", status: 204),
                Self.answer("", status: 500, isLast: true),
            ]
        )
    }

    @Test func `cookies are kept as they are sent back`() {
        let text =
            "HTTP/1.1 200 OK\r\nSet-Cookie: A=1; Path=/; HttpOnly\r\nSET-COOKIE: B=2\r\nContent-Length: 0\r\n\r\n"

        #expect(Self.events(text) == [Self.answer("", cookies: ["A=1", "B=2"])])
    }

    @Test func `what stands behind an upgrade is left`() {
        var reader = HTTPAnswerReader()
        reader.append(ByteBuffer(string: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nframes"))

        let event = reader.next()
        let rest = reader.takeRest()
        #expect(event == Self.answer("", status: 101))
        #expect(rest == ByteBuffer(string: "frames"))
    }

    @Test func `a body without a length ends with the connection`() {
        var reader = HTTPAnswerReader()
        reader.append(ByteBuffer(string: "HTTP/1.0 200 OK\r\n\r\n[1"))
        let first = reader.next()
        reader.append(ByteBuffer(string: "]"))
        let second = reader.next()
        let answer = reader.end()
        let more = reader.end()

        #expect(first == nil && second == nil && more == nil)
        #expect(answer == Answer(status: 200, body: ByteBuffer(string: "[1]"), cookies: [], isLast: true))
    }

    @Test(arguments: ["no HTTP at all\r\n\r\n", "HTTP/1.1 xyz OK\r\n\r\n", "HTTP/1.1 2\r\n\r\n"])
    func `what is no HTTP is the end`(text: String) {
        #expect(Self.events(text) == [.failure])
    }

    @Test func `a chunk's length must be one`() {
        #expect(Self.events("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nxx\r\n") == [.failure])
    }
}
