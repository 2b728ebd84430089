import Bayeux
import CometDServer
import CometDTestKit
import Testing

/// Whom a token stands for.
struct Users {
    func name(of token: String) async -> String? { token == "secret" ? "ann" : nil }
}

/// Welcomes who has a token; subscribing to patterns is for the server itself.
struct TokenPolicy: SecurityPolicy {
    let users: Users

    func canHandshake(_ session: ServerSession, message: BayeuxMessage) async throws -> Bool {
        if session.isLocal { return true }
        guard let token = message.ext?["token"]?.stringValue, let user = await self.users.name(of: token) else {
            return false
        }
        session.attributes["user"] = user
        return true
    }

    func decision(on request: Authorizer.Request) -> Bool? {
        if request.session.isLocal { return true }
        return request.channel.kind != .meta && !request.channel.isWild
    }
}

/// Tells who is refused what to do.
struct ChallengePolicy: SecurityPolicy {
    func answer(to message: BayeuxMessage, from session: ServerSession) async throws -> HandshakeAnswer {
        if session.isLocal || message.ext?["token"]?.stringValue == "secret" { return .welcome() }
        return .refused(
            ext: ["authentication": ["realm": "chat"]],
            advice: Advice(reconnect: .handshake, interval: .seconds(5)),
            error: "401::log in first"
        )
    }
}

/// The snippets of Security.md.
@Suite struct SecuritySnippets {
    private let test = TestServer()

    private static let handshake = #"{"channel":"/meta/handshake","version":"1.0","ext":{"token":"secret"}}"#

    @Test func `a policy asks for a token and keeps clients from patterns`() async throws {
        let server = self.test.server
        let users = Users()
        server.securityPolicy = TokenPolicy(users: users)
        let socket = self.test.openWebSocket()
        let refused = socket.exchange(#"[{"channel":"/meta/handshake","version":"1.0"}]"#).first
        #expect(refused?["error"] == "403::Handshake denied")
        let id = try #require(socket.exchange("[\(Self.handshake)]").first?["clientId"])
        let all = #"[{"channel":"/meta/subscribe","clientId":"\#(id)","subscription":"/**"}]"#
        #expect(socket.exchange(all).first?["error"] == "403:denied_by_security_policy:create_denied")
        #expect(await server.session(id)?.attributes["user", as: String.self] == "ann")
    }

    @Test func `a refusal tells what is missing`() throws {
        self.test.server.securityPolicy = ChallengePolicy()
        let socket = self.test.openWebSocket()
        let refused = socket.exchange(#"[{"channel":"/meta/handshake","version":"1.0"}]"#).first
        #expect(refused?["error"] == "401::log in first")
        #expect(refused?["advice"]?.contains(#""reconnect":"handshake""#) == true)
        #expect(socket.exchange("[\(Self.handshake)]").first?["successful"] == "true")
    }

    @Test func `authorizers grant, ignore and deny`() throws {
        let server = self.test.server
        let rooms = try server.channel("/rooms/**")
        rooms.addAuthorizer(.grantCreateSubscribe)
        rooms.addAuthorizer { request in
            guard request.operation == .publish else { return .ignore }
            return request.session.attributes["user"] == nil ? .deny(reason: "log_in_first") : .grant
        }
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        let reply = socket.exchange(#"[{"channel":"/rooms/1","clientId":"\#(id)","data":1}]"#).first
        #expect(reply?["error"] == "403:log_in_first:publish denied")
        // What the article warns of: who subscribes to more is not judged by them.
        let all = #"[{"channel":"/meta/subscribe","clientId":"\#(id)","subscription":"/**"}]"#
        #expect(socket.exchange(all).first?["successful"] == "true")
        let deep = #"[{"channel":"/meta/subscribe","clientId":"\#(id)","subscription":"/rooms/*"}]"#
        #expect(socket.exchange(deep).first?["successful"] == "true")
    }

    @Test func `an authorizer may ask somebody else`() throws {
        let server = self.test.server
        let users = Users()
        try server.channel("/private/*").addAuthorizer(
            .asking { request in
                let token = request.message.ext?["token"]?.stringValue ?? ""
                return await users.name(of: token) == nil ? .ignore : .grant
            }
        )
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        let reply = socket.exchange(#"[{"channel":"/private/1","clientId":"\#(id)","data":1}]"#).first
        #expect(reply?["error"] == "403:denied_by_not_granting:create denied")
    }

    @Test func `payloads are filtered`() throws {
        let server = self.test.server
        try server.channel("/chat/**").addListener(.filtering(with: NoMarkupFilter()))
        let socket = self.test.openWebSocket()
        let id = socket.handshakeAndConnect()
        socket.subscribe(id, to: "/chat/1")
        socket.publish(id, to: "/chat/1", data: #""<b>""#)
        #expect(socket.takeMessages().compactMap { $0["data"] } == ["&lt;b&gt;"])
    }

    @Test func `a hook sees the request`() throws {
        let server = self.test.server
        server.addListener(
            .sessionAdded { session, handshake in
                session.attributes["origin"] = handshake.context?.headers("Origin").first
                session.attributes["login"] = handshake.context?.cookie("login")
                session.attributes["certificate"] = handshake.context?.principal
            }
        )
        #expect(!self.test.openWebSocket().handshakeAndConnect().isEmpty)
    }

    @Test func `pages of other origins are let in`() {
        var options = ServerOptions()
        options.allowedOrigins = ["https://www.example.com", "https://*.example.org"]
        #expect(options.allowedOrigins.count == 2)
    }
}
