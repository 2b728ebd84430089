import Bayeux
import NIOCore
import Synchronization
import Testing

@testable import cometd

@Suite("MessageFormat")
struct MessageFormatTests {
    private static func message(_ data: String) throws -> BayeuxMessage {
        BayeuxMessage(channel: "/chat/tea", data: try JSONBytes(data))
    }

    @Test func `people see the channel and the payload`() throws {
        let message = try Self.message(#"{"text":"hello"}"#)

        #expect(MessageFormat.pretty(hasColors: false).line(message) == #"/chat/tea {"text":"hello"}"#)
        #expect(
            MessageFormat.pretty(hasColors: true).line(message) == "\u{1b}[2m/chat/tea\u{1b}[0m " + #"{"text":"hello"}"#
        )
        #expect(MessageFormat.pretty(hasColors: false).line(BayeuxMessage(channel: "/a")) == "/a")
    }

    @Test func `machines get the whole message`() throws {
        var message = try Self.message("1.50")
        message.id = "7"

        #expect(MessageFormat.json.line(message) == #"{"channel":"/chat/tea","data":1.50,"id":"7"}"#)
    }

    @Test func `a message is one line, however it was written`() throws {
        let message = try Self.message("{\r\n  \"a\": 1\n}")

        #expect(MessageFormat.json.line(message) == #"{"channel":"/chat/tea","data":{    "a": 1 }}"#)
        #expect(MessageFormat.pretty(hasColors: false).line(message) == #"/chat/tea {    "a": 1 }"#)
    }

    @Test func `a terminal gets no control characters of others`() throws {
        let line = MessageFormat.pretty(hasColors: false).line(try Self.message("\"\u{9b}2J\u{7f}\""))

        #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }

    @Test func `a message of several subscriptions is printed once, and no more than were wanted`() async throws {
        let patterns = try ["/a/**", "/a/b", "/{x}/y"].map { try ChannelPattern($0) }
        let lines = Lines()
        let printer = MessagePrinter(.pretty(hasColors: false), of: patterns, count: 2) { lines.add($0) }

        #expect(try await printer.print(BayeuxMessage(channel: "/a/b"), of: 0))
        #expect(try await printer.print(BayeuxMessage(channel: "/a/b"), of: 1))
        #expect(try await !printer.print(BayeuxMessage(channel: "/c/y"), of: 2))
        #expect(try await !printer.print(BayeuxMessage(channel: "/a/d"), of: 0))
        #expect(lines.all == ["/a/b", "/c/y"])
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        func add(_ line: String) { self.lines.withLock { $0.append(line) } }

        var all: [String] { self.lines.withLock { $0 } }
    }
}
