import Bayeux
import CometDHummingbird
import CometDServer
import CometDServerNIO
import Hummingbird
import Testing

/// The snippets of CometDHummingbird.md and OnePort.md.
@Suite struct HummingbirdSnippets {
    /// The index's example.
    private func serve() async throws {
        let bayeux = BayeuxServer()
        try bayeux.channel("/service/echo").addListener { session, message in
            session?.deliver(message.data, on: "/service/echo")
            return true
        }
        let router = Router()
        router.get("/health") { _, _ in "ok" }
        let app = Application(router: router, server: .bayeux(bayeux), services: [bayeux])
        try await app.runService()
    }

    /// An encrypted port.
    private func serveEncrypted(_ bayeux: BayeuxServer, _ router: Router<BasicRequestContext>) async throws {
        let tls = try ListenerTLS(TLSOptions(certificateChain: "chain.pem", privateKey: "key.pem"))
        var app = Application(
            router: router,
            server: .bayeux(bayeux, at: "/cometd", tls: tls),
            configuration: ApplicationConfiguration(address: .hostname("0.0.0.0", port: 8443), backlog: 4096),
            services: [bayeux]
        )
        app.beforeServerStarts { try await bayeux.startServices() }
        try await app.runService()
    }

    @Test func `an application is made with a server`() async throws {
        let bayeux = BayeuxServer()
        let router = Router()
        router.post("/publish/{room}") { request, context in
            let room = try context.parameters.require("room")
            let text = try await request.body.collect(upTo: 1024)
            try bayeux.channel("/rooms/\(room)").publish(String(buffer: text))
            return HTTPResponse.Status.accepted
        }
        _ = Application(router: router, server: .bayeux(bayeux), services: [bayeux])
        await bayeux.shutdown()
    }
}
