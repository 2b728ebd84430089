import CometDHummingbird
import CometDServer
import Hummingbird

// What is published to /service/echo comes back to its sender; GET /health is the application's own.
let bayeux = BayeuxServer()
try bayeux.channel("/service/echo").addListener { session, message in
    session?.deliver(message.data, on: "/service/echo")
    return true
}
let router = Router()
router.get("/health") { _, _ in "ok" }
let app = Application(router: router, server: .bayeux(bayeux), services: [bayeux])
try await app.runService()
