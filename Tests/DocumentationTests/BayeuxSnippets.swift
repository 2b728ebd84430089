import Bayeux
import NIOCore
import Testing

/// The snippets of Bayeux.md, MessagesAndChannels.md, JSONPayloads.md and BinaryPayloads.md.
@Suite struct BayeuxSnippets {
    private struct Headline: Codable, Hashable { var title: String }

    private struct EchoInfo: Codable, Sendable { var id: String }

    @Test func `the vocabulary in ten lines`() throws {
        var message = BayeuxMessage(channel: "/news/sport", data: JSONBytes(["title": "Rain", "pages": 3]))
        message["room"] = JSONBytes(.string("north"))
        let title = message.data?["title"]?.stringValue
        let headline = try message.data(as: Headline.self)
        let template = try ChannelID("/news/{category}")
        let category = template.bind(try ChannelID("/news/sport"))?["category"]
        print(title ?? "", headline.title, category ?? "")
        #expect(title == "Rain" && category == "sport")
    }

    @Test func `fields have types`() throws {
        var message = BayeuxMessage(channel: "/news")
        message.id = "17"
        message.ext = JSONBytes(["trace": "abc"])
        message[.timestamp] = JSONBytes(.string("2026-11-20T23:57:48.12"))
        let trace = message.ext?["trace"]?.stringValue
        message.ext = nil
        #expect(trace == "abc" && message.ext == nil)
    }

    @Test func `patterns match`() throws {
        let channel = try ChannelID("/chat/north/1")
        print(channel.kind, channel.patterns)
        let isBelow = try ChannelID("/chat/**").matches(channel)
        #expect(isBelow)
        #expect(channel.patterns == ["/chat/north/*", "/chat/north/**", "/chat/**", "/**"])
    }

    @Test func `a name that breaks the rules is refused`() {
        do {
            _ = try ChannelID("no slash")
            Issue.record("it must be refused")
        } catch {
            print(error.text(in: .cometd3))
            #expect(error.text(in: .cometd3) == "405::channel_invalid")
        }
    }

    @Test func `JSON is looked at and made`() throws {
        let data = try JSONBytes(#"{"title":"Rain","price":1.10,"tags":["a","b"]}"#)
        let title = data["title"]?.stringValue
        let tags = data["tags"]?.elements().compactMap(\.stringValue)
        let value = data.value()
        let headline = try data.decode(Headline.self)
        let back = try JSONBytes(encoding: headline)
        let text = back.description
        #expect(title == "Rain" && tags == ["a", "b"] && text == #"{"title":"Rain"}"#)
        #expect(value.objectValue?["price"]?.numberValue?.description == "1.10")
    }

    @Test func `a class names the type`() throws {
        let data = try JSONBytes(#"{"class":"org.cometd.example.EchoInfo","id":"42"}"#)
        var classes = ClassRegistry()
        classes.register(EchoInfo.self, as: "org.cometd.example.EchoInfo")
        switch try classes.decode(data) {
        case let echo as EchoInfo: print(echo.id, try classes.encode(echo))
        default: break
        }
    }

    @Test func `bytes travel as text`() throws {
        let bytes: [UInt8] = [1, 2, 3, 4]
        let message = BayeuxMessage(
            channel: "/image",
            binary: BinaryData(bytes, isLast: false, metadata: ["content-type": "image/png"])
        )
        if let binary = try message.binaryData {
            print(binary.bytes.readableBytes, binary.isLast)
        }
        #expect(try message.binaryData?.bytes.readableBytes == 4)
    }
}
