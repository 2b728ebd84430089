import Bayeux
import CometDTestKit
import NIOCore
import Testing

@testable import cometd

@Suite("ChatService")
struct ChatServiceTests {
    private let test = TestServer()

    private func install(_ limits: ChatLimits = ChatLimits()) throws {
        try ChatService.install(on: self.test.server, limits: limits)
    }

    private func peer() -> DemoPeer { DemoPeer(self.test, subscribedTo: "/chat/demo", "/members/demo") }

    @Test func `who joins is told to everybody in the room, with the sorted names`() throws {
        try self.install()
        let (ada, bob) = (self.peer(), self.peer())
        ada.join("bob")
        _ = bob.socket.takeFrames()

        let messages = bob.join("ada")

        let line = #"{"user":"ada","chat":"has joined","membership":"join"}"#
        #expect(DemoPeer.data(of: messages, on: "/chat/demo") == [line])
        #expect(DemoPeer.data(of: messages, on: "/members/demo") == [#"["ada","bob"]"#])
        #expect(ada.take("/members/demo").last == #"["ada","bob"]"#)
    }

    @Test func `a line of a member reaches the room, with nothing in it but the name and the text`() throws {
        try self.install()
        let (ada, bob) = (self.peer(), self.peer())
        ada.join("ada")
        _ = bob.socket.takeFrames()

        let forged = #"{"user":"ada","chat":"hello","scope":"private","membership":"leave","x":1}"#
        #expect(ada.error(publishing: forged, to: "/chat/demo") == "")

        #expect(bob.take("/chat/demo") == [#"{"user":"ada","chat":"hello"}"#])
    }

    @Test func `only members speak, and under their own name`() throws {
        try self.install()
        let (ada, bob) = (self.peer(), self.peer())
        ada.join("ada")
        bob.join("bob")
        _ = ada.socket.takeFrames()
        let eve = self.peer()

        let line = #"{"user":"ada","chat":"hello"}"#
        #expect(eve.error(publishing: line, to: "/chat/demo").hasPrefix("403:not_a_member:"))
        #expect(bob.error(publishing: line, to: "/chat/demo").hasPrefix("403:foreign_name:"))
        #expect(ada.error(publishing: line, to: "/chat/other").hasPrefix("403:not_a_member:"))
        #expect(ada.error(publishing: #"["ada"]"#, to: "/members/demo").hasPrefix("403:"))
        #expect(ada.take("/chat/demo").isEmpty)
    }

    @Test(arguments: [
        #"{"user":"ada"}"#, #"{"user":"ada","chat":""}"#, #"{"user":"ada","chat":5}"#, "null", #""hello""#, "[]",
        #"{"user":"ada","chat":"\#(String(repeating: "x", count: 2001))"}"#,
    ])
    func `what is no line is refused`(data: String) throws {
        try self.install()
        let ada = self.peer()
        ada.join("ada")

        #expect(ada.error(publishing: data, to: "/chat/demo").hasPrefix("403:"))
    }

    @Test func `a line may have two thousand characters`() throws {
        try self.install()
        let ada = self.peer()
        ada.join("ada")
        let text = String(repeating: "é", count: 2000)

        #expect(ada.error(publishing: #"{"user":"ada","chat":"\#(text)"}"#, to: "/chat/demo") == "")
    }

    @Test func `markup in names and lines is text like any other`() throws {
        try self.install()
        let ada = self.peer()

        let messages = ada.join("<script>alert(1)</script>")
        #expect(DemoPeer.data(of: messages, on: "/members/demo") == [#"["<script>alert(1)</script>"]"#])

        let line = #"{"user":"<script>alert(1)</script>","chat":"<img src=x onerror=alert(1)>"}"#
        #expect(DemoPeer.data(of: ada.publish(line, to: "/chat/demo"), on: "/chat/demo") == [line])
    }

    @Test func `a name that is taken is answered with an error, to the one who wanted it`() throws {
        try self.install()
        let (ada, eve) = (self.peer(), self.peer())
        ada.join("ada")
        _ = ada.socket.takeFrames()

        let messages = eve.join("  ada ")

        #expect(DemoPeer.data(of: messages, on: "/service/members") == [#"{"error":"name_taken"}"#])
        #expect(ada.socket.takeMessages().isEmpty)
        #expect(eve.error(publishing: #"{"user":"ada","chat":"hi"}"#, to: "/chat/demo").hasPrefix("403:"))
    }

    @Test(arguments: [
        (#"{"user":"","room":"/chat/demo"}"#, "name_invalid"),
        (#"{"user":"   ","room":"/chat/demo"}"#, "name_invalid"),
        (#"{"user":"a,b","room":"/chat/demo"}"#, "name_invalid"),
        (#"{"user":"a\u0000b","room":"/chat/demo"}"#, "name_invalid"),
        (#"{"user":"a\u202eb","room":"/chat/demo"}"#, "name_invalid"),
        (#"{"user":"\#(String(repeating: "x", count: 33))","room":"/chat/demo"}"#, "name_invalid"),
        (#"{"user":7,"room":"/chat/demo"}"#, "name_invalid"), ("null", "name_invalid"), ("[1]", "name_invalid"),
        (#"{"user":"ada"}"#, "room_invalid"), (#"{"user":"ada","room":"/chat/"}"#, "room_invalid"),
        (#"{"user":"ada","room":"/chat/a/b"}"#, "room_invalid"), (#"{"user":"ada","room":"/chat/*"}"#, "room_invalid"),
        (#"{"user":"ada","room":"/chat/Demo"}"#, "room_invalid"), (#"{"user":"ada","room":"/news"}"#, "room_invalid"),
        (#"{"user":"ada","room":"/chat/\#(String(repeating: "x", count: 33))"}"#, "room_invalid"),
    ])
    func `a bad name or room is answered with an error`(data: String, error: String) throws {
        try self.install()
        let messages = self.peer().publish(data, to: "/service/members")

        #expect(DemoPeer.data(of: messages, on: "/service/members") == [#"{"error":"\#(error)"}"#])
    }

    @Test func `who unsubscribes from the room has left`() throws {
        try self.install()
        let (ada, bob) = (self.peer(), self.peer())
        ada.join("ada")
        bob.join("bob")
        _ = bob.socket.takeFrames()

        ada.socket.send(
            #"[{"channel":"/meta/unsubscribe","clientId":"\#(ada.clientID)","subscription":"/chat/demo"}]"#
        )

        let messages = bob.socket.takeMessages()
        let line = #"{"user":"ada","chat":"has left","membership":"leave"}"#
        #expect(DemoPeer.data(of: messages, on: "/chat/demo") == [line])
        #expect(DemoPeer.data(of: messages, on: "/members/demo") == [#"["bob"]"#])
    }

    @Test func `a member that vanishes leaves when its session expires`() throws {
        try self.install()
        let bob = self.peer()
        let ada = DemoPeer(self.test, subscribedTo: "/members/demo")
        bob.join("bob")
        ada.join("ada")
        _ = bob.socket.takeFrames()

        bob.holdConnect()
        ada.socket.close()
        #expect(bob.take("/members/demo").isEmpty)
        self.test.advance(by: .seconds(11))

        let messages = bob.socket.takeMessages()
        #expect(DemoPeer.data(of: messages, on: "/chat/demo").count == 1)
        #expect(DemoPeer.data(of: messages, on: "/members/demo") == [#"["bob"]"#])
        let eve = self.peer()
        #expect(DemoPeer.data(of: eve.join("ada"), on: "/members/demo") == [#"["ada","bob"]"#])
    }

    @Test func `who joins again is a member once, under the last name`() throws {
        try self.install()
        let ada = self.peer()
        ada.join("ada")

        let again = ada.join("ada")
        #expect(DemoPeer.data(of: again, on: "/chat/demo").isEmpty)
        #expect(DemoPeer.data(of: again, on: "/members/demo") == [#"["ada"]"#])
        let renamed = ada.join("lovelace")
        #expect(DemoPeer.data(of: renamed, on: "/chat/demo").count == 2)
        #expect(DemoPeer.data(of: renamed, on: "/members/demo") == [#"["lovelace"]"#])
    }

    @Test func `a private line reaches its peers and its sender, and nobody else`() throws {
        try self.install()
        let (ada, bob, eve) = (self.peer(), self.peer(), self.peer())
        ada.join("ada")
        bob.join("bob")
        eve.join("eve")
        for peer in [ada, bob, eve] { _ = peer.socket.takeFrames() }

        let sent = ada.publish(
            #"{"room":"/chat/demo","user":"ada","peer":"bob, bob","chat":"damn secret"}"#,
            to: "/service/privatechat"
        )

        let line = #"{"user":"ada","chat":"**** secret","scope":"private"}"#
        #expect(DemoPeer.data(of: sent, on: "/chat/demo") == [line])
        #expect(bob.take("/chat/demo") == [line])
        #expect(eve.socket.takeMessages().isEmpty)
    }

    @Test(arguments: [
        (#"{"room":"/chat/demo","user":"bob","peer":"bob","chat":"x"}"#, "not_a_member"),
        (#"{"room":"/chat/other","user":"ada","peer":"bob","chat":"x"}"#, "not_a_member"),
        (#"{"user":"ada","peer":"bob","chat":"x"}"#, "not_a_member"), ("5", "not_a_member"),
        (#"{"room":"/chat/demo","user":"ada","peer":"bob","chat":""}"#, "chat_invalid"),
        (#"{"room":"/chat/demo","user":"ada","chat":"x"}"#, "peer_invalid"),
        (
            #"{"room":"/chat/demo","user":"ada","peer":"\#((0...32).map { "p\($0)" }.joined(separator: ","))","chat":"x"}"#,
            "peer_invalid"
        ),
        (#"{"room":"/chat/demo","user":"ada","peer":"bob,eve","chat":"x"}"#, "peer_unknown"),
    ])
    func `a bad private line is answered with an error, and reaches nobody`(data: String, error: String) throws {
        try self.install()
        let (ada, bob) = (self.peer(), self.peer())
        ada.join("ada")
        bob.join("bob")
        _ = bob.socket.takeFrames()

        let messages = ada.publish(data, to: "/service/privatechat")

        #expect(DemoPeer.data(of: messages, on: "/service/privatechat") == [#"{"error":"\#(error)"}"#])
        #expect(bob.socket.takeMessages().isEmpty)
    }

    @Test func `words of the list become asterisks, however they are written`() throws {
        try self.install()
        let ada = self.peer()
        ada.join("ada")

        let messages = ada.publish(#"{"user":"ada","chat":"DAMN, this (damned) bug. Crap!"}"#, to: "/chat/demo")

        #expect(
            DemoPeer.data(of: messages, on: "/chat/demo")
                == [#"{"user":"ada","chat":"****, this (damned) bug. ****!"}"#]
        )
    }

    @Test func `rooms and members have limits`() throws {
        var limits = ChatLimits()
        (limits.maxRooms, limits.maxMembers, limits.maxRoomsOfSession) = (2, 1, 1)
        try self.install(limits)
        let (ada, bob, eve) = (self.peer(), self.peer(), self.peer())
        func error(_ messages: [TestMessage]) -> [String] { DemoPeer.data(of: messages, on: "/service/members") }

        #expect(error(ada.join("ada")).isEmpty)
        #expect(error(bob.join("bob")) == [#"{"error":"room_full"}"#])
        #expect(error(ada.join("ada", "/chat/two")) == [#"{"error":"too_many_rooms"}"#])
        #expect(error(bob.join("bob", "/chat/two")).isEmpty)
        #expect(error(eve.join("eve", "/chat/three")) == [#"{"error":"too_many_rooms"}"#])
        bob.socket.send(#"[{"channel":"/meta/disconnect","clientId":"\#(bob.clientID)"}]"#)
        #expect(error(eve.join("eve", "/chat/three")).isEmpty)
    }

    @Test func `rooms with bad names can be neither entered nor heard`() throws {
        try self.install()
        let socket = self.test.openWebSocket()
        let clientID = socket.handshakeAndConnect()
        for channel in ["/chat/Demo", "/chat/a_b", "/chat/\(String(repeating: "x", count: 33))"] {
            let reply = socket.exchange(
                #"[{"channel":"/meta/subscribe","clientId":"\#(clientID)","subscription":"\#(channel)"}]"#
            )
            #expect(reply.first?["error"]?.hasPrefix("403:room_invalid") == true, "\(channel)")
        }
    }
}
