import CometDHummingbird
import CometDServer
import CometDWeb
import Hummingbird
import Testing

/// The snippets of CometDWeb.md and docs/web.md.
@Suite struct WebSnippets {
    /// The index's example.
    private func serve() async throws {
        let bayeux = BayeuxServer()
        let router = Router()
        router.addCometDWeb(at: "/js")
        let app = Application(router: router, server: .bayeux(bayeux), services: [bayeux])
        try await app.runService()
    }

    @Test func `files are served with headers of the application's own`() {
        let router = Router()
        router.addCometDWeb(at: "/js", headers: [.contentSecurityPolicy: "default-src 'self'"])
        #expect(WebFiles.library.paths.contains("cometd/cometd.js"))
        #expect(WebFiles.library.content(of: "cometd/cometd.js") != nil)
    }
}
