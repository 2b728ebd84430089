import Bayeux
import CometDServer
import CometDTestKit
import Testing

@Suite struct ErrorReplyTests {
    /// What is sent (with `ID` for the session's id), and the error in both dialects.
    static let cases: [(message: String, cometd3: String, cometd5: String)] = [
        (#"{"clientId":"ID"}"#, "400::channel_missing", "400::channel_missing"),
        (#"{"clientId":"ID","channel":null}"#, "400::channel_missing", "400::channel_missing"),
        ("7", "400::channel_missing", "400::channel_missing"),
        ("null", "400::channel_missing", "400::channel_missing"),
        (#"["x"]"#, "400::channel_missing", "400::channel_missing"),
        (#"{"clientId":"ID","channel":7}"#, "405::channel_invalid", "405::channel_invalid"),
        (#"{"clientId":"ID","channel":""}"#, "405::channel_invalid", "405::channel_invalid"),
        (#"{"clientId":"ID","channel":"a"}"#, "405::channel_invalid", "405::channel_invalid"),
        (#"{"clientId":"ID","channel":"//"}"#, "405::channel_invalid", "405::channel_invalid"),
        (#"{"clientId":"ID","channel":"/a//b"}"#, "405::channel_invalid", "405::channel_invalid"),
        (#"{"clientId":"ID","channel":"/a/*/b"}"#, "405::channel_invalid", "405::channel_invalid"),
        (#"{"clientId":"ID","channel":"/<x>"}"#, "405::channel_invalid", "405::channel_invalid"),
        (#"{"clientId":"ID","channel":"/é"}"#, "405::channel_invalid", "405::channel_invalid"),
        (#"{"clientId":"ID","channel":"/a","id":true}"#, "405::message_id_invalid", "405::message_id_invalid"),
        (#"{"clientId":"ID","channel":"/a","id":"<"}"#, "405::message_id_invalid", "405::message_id_invalid"),
        (#"{"channel":"/a"}"#, "402::Unknown client", "402::session_unknown"),
        (#"{"channel":"/a","clientId":"x"}"#, "402::Unknown client", "402::session_unknown"),
        (#"{"channel":"/a","clientId":{}}"#, "402::Unknown client", "402::session_unknown"),
        (#"{"channel":"/meta/connect","clientId":5}"#, "402::Unknown client", "402::session_unknown"),
        (
            #"{"clientId":"ID","channel":"/meta/x"}"#, "403:denied_by_security_policy:create denied",
            "403:denied_by_security_policy:channel_create_denied"
        ),
        (
            #"{"clientId":"ID","channel":"/a/*"}"#, "403:denied_by_security_policy:publish denied",
            "403:denied_by_security_policy:publish_denied"
        ),
        (#"{"clientId":"ID","channel":"/meta/subscribe"}"#, "403::subscription_missing", "403::subscription_missing"),
        (
            #"{"clientId":"ID","channel":"/meta/subscribe","subscription":null}"#, "403::subscription_missing",
            "403::subscription_missing"
        ),
        (
            #"{"clientId":"ID","channel":"/meta/subscribe","subscription":[]}"#, "403::subscription_missing",
            "403::subscription_missing"
        ),
        (
            #"{"clientId":"ID","channel":"/meta/subscribe","subscription":7}"#, "403::subscription_invalid",
            "403::subscription_invalid"
        ),
        (
            #"{"clientId":"ID","channel":"/meta/subscribe","subscription":["/a",["/b"]]}"#, "403::subscription_invalid",
            "403::subscription_invalid"
        ),
        (
            #"{"clientId":"ID","channel":"/meta/subscribe","subscription":"/a/*/b"}"#, "403::subscription_invalid",
            "403::subscription_invalid"
        ),
        (
            #"{"clientId":"ID","channel":"/meta/subscribe","subscription":"/meta/connect"}"#,
            "403:denied_by_security_policy:subscribe_denied", "403:denied_by_security_policy:subscribe_denied"
        ),
        (
            #"{"clientId":"ID","channel":"/meta/subscribe","subscription":"/meta/**"}"#,
            "403:denied_by_security_policy:create_denied", "403:denied_by_security_policy:create_denied"
        ),
        (
            #"{"clientId":"ID","channel":"/meta/unsubscribe","subscription":"/never"}"#, "400::channel_missing",
            "400::channel_missing"
        ),
    ]

    @Test(arguments: ErrorDialect.allCases, Self.cases.indices)
    func `each bad message has its own answer and the others of its batch theirs`(dialect: ErrorDialect, index: Int) {
        let (message, cometd3, cometd5) = Self.cases[index]
        var options = ServerOptions()
        options.errorDialect = dialect
        let peer = LongPollingPeer(TestServer(options: options))
        let healthy = #"{"channel":"/ok","clientId":"\#(peer.clientID)","id":"ok"}"#
        let bad = message.replacing("ID", with: peer.clientID)
        let replies = peer.send("\(healthy),\(bad),\(healthy)").messages

        #expect(replies.map { $0["successful"] } == ["true", "false", "true"])
        #expect(replies[1]["error"] == (dialect == .cometd3 ? cometd3 : cometd5))
        #expect(replies[0]["id"] == "ok")
    }

    @Test(arguments: [("17", "17"), ("1.5", "1.5"), ("\"a-b\"", "a-b"), ("\"\"", "")])
    func `ids come back as strings`(id: String, echoed: String) {
        let peer = LongPollingPeer(TestServer())
        let reply = peer.publish("/a", more: #","id":\#(id)"#).messages.first
        #expect(reply?.json["id"]?.stringValue == echoed)
    }

    @Test func `a reply to a message without id has none`() {
        let peer = LongPollingPeer(TestServer())
        #expect(peer.publish("/a", more: #","id":null"#).body == #"[{"channel":"/a","successful":true}]"#)
    }

    @Test func `the elements before one that is refused stay subscribed`() {
        let peer = LongPollingPeer(TestServer())
        let reply = peer.send(
            #"{"channel":"/meta/subscribe","clientId":"\#(peer.clientID)","subscription":["/a","/meta/connect","/b"]}"#
        )
        #expect(reply.messages.first?["error"] == "403:denied_by_security_policy:subscribe_denied")
        #expect(reply.messages.first?["subscription"] == #"["/a","/meta/connect","/b"]"#)
        #expect(peer.publish("/a").messages.count == 2)
        #expect(peer.publish("/b").messages.count == 1)
    }

    @Test func `only replies to connects carry the advice to handshake again`() {
        let test = TestServer()
        #expect(test.post(#"[{"channel":"/meta/connect"}]"#).messages.first?["advice"] != nil)
        for channel in ["/meta/subscribe", "/meta/unsubscribe", "/meta/disconnect", "/a"] {
            #expect(test.post(#"[{"channel":"\#(channel)"}]"#).messages.first?["advice"] == nil)
        }
    }
}
