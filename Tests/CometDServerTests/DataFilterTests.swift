import Bayeux
import CometDServer
import CometDTestKit
import Testing

@Suite struct DataFilterTests {
    private struct Doubling: JSONDataFilter {
        func filterNumber(_ number: JSONNumber) throws -> JSONValue { JSONValue((number.int ?? 0) * 2) }
        func filterBool(_ bool: Bool) throws -> JSONValue { .bool(!bool) }
    }

    private struct Picky: DataFilter {
        func filter(_ data: JSONValue, from session: ServerSession?, channel: ChannelID) throws -> JSONValue {
            if data == "refused" { throw DataRefusal("not that") }
            if data == "broken" { throw CancellationError() }
            return .string("\(channel.name) \(session == nil ? "server" : "client") \(data)")
        }
    }

    private func filtered(_ data: JSONValue, by filter: some DataFilter) throws -> JSONValue {
        try filter.filter(data, from: nil, channel: ChannelID("/a"))
    }

    @Test func `a filter sees the parts of a payload, at every depth`() throws {
        let data: JSONValue = ["a": [1, [2, ["b": 3]]], "c": true, "d": nil, "e": "x"]
        #expect(
            try self.filtered(data, by: Doubling()) == ["a": [2, [4, ["b": 6]]], "c": false, "d": nil, "e": "x"]
        )
    }

    @Test(arguments: [
        ("<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"), ("1 & 2", "1 & 2"), ("é<\u{1F600}>", "é&lt;\u{1F600}&gt;"),
        ("&lt;", "&lt;"), ("", ""),
    ])
    func `markup becomes text`(text: String, result: String) throws {
        #expect(try self.filtered([.string(text)], by: NoMarkupFilter()) == [.string(result)])
    }

    @Test(arguments: [
        ("<script>alert(1)</script>", "<span>alert(1)</span>"), ("< SCRIPT src=x>", "< span src=x>"),
        ("<\n\tScRiPt>", "<\n\tspan>"), ("< / script >", "< / span >"), ("script", "script"), ("<b>", "<b>"),
        ("<scr<script>ipt>", "<scr<span>ipt>"), ("<", "<"), ("<scrip", "<scrip"), ("é<script", "é<span"),
    ])
    func `scripts become spans`(text: String, result: String) throws {
        #expect(try self.filtered(.string(text), by: NoScriptsFilter()) == .string(result))
    }

    @Test(.timeLimit(.minutes(1))) func `filters take time in proportion to the text`() throws {
        let text = JSONValue.string(String(repeating: "< ", count: 100_000) + String(repeating: " ", count: 100_000))
        _ = try self.filtered(text, by: NoScriptsFilter())
        _ = try self.filtered(text, by: NoMarkupFilter())
    }

    @Test func `a listener passes what is published through its filters, in order`() throws {
        let test = TestServer()
        try test.server.channel("/a").addListener(.filtering(with: Doubling(), Picky()))
        let peer = LongPollingPeer(test)
        peer.subscribe("/a")
        #expect(peer.publish("/a", data: "[1]").messages.first?["data"] == "/a client [2]")
        try test.server.channel("/a").publish(JSONBytes("3"))
        #expect(peer.connect().messages.first?["data"] == "/a server 6")
    }

    @Test(arguments: ["\"refused\"", "\"broken\""])
    func `what a filter throws stops the message`(data: String) throws {
        let test = TestServer()
        try test.server.channel("/**").addListener(.filtering(with: Picky()))
        let peer = LongPollingPeer(test)
        peer.subscribe("/a")
        #expect(peer.publish("/a", data: data).messages.map { $0["error"] } == ["404::message deleted"])
    }

    @Test func `what no filter changes keeps its spelling`() throws {
        let test = TestServer()
        try test.server.channel("/a").addListener(.filtering(with: NoMarkupFilter()))
        let peer = LongPollingPeer(test)
        peer.subscribe("/a")
        let delivered = peer.publish("/a", data: #"{"x": 1.10, "y":"\u0041"}"#).messages.first
        #expect(delivered?.description == #"{"channel":"/a","data":{"x": 1.10, "y":"\u0041"}}"#)
        #expect(peer.publish("/a", data: #"["<", 1.10]"#).messages.first?["data"] == #"["&lt;",1.10]"#)
    }

    @Test func `a message without data stays without`() throws {
        let test = TestServer()
        try test.server.channel("/a").addListener(.filtering(with: NoMarkupFilter()))
        let peer = LongPollingPeer(test)
        peer.subscribe("/a")
        let reply = peer.send(#"{"channel":"/a","clientId":"\#(peer.clientID)"}"#)
        #expect(reply.messages.first?.description == #"{"channel":"/a"}"#)
    }
}
