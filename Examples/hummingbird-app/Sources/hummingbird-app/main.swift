import CometDHummingbird
import CometDServer
import CometDServerNIO
import Hummingbird

// The port is the first argument. The files of a certificate are in the environment, or there is no TLS.
let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8080
let environment = Environment()
var tls: ListenerTLS?
if let chain = environment.get("TLS_CERTIFICATE"), let key = environment.get("TLS_KEY") {
    tls = try ListenerTLS(TLSOptions(certificateChain: chain, privateKey: key))
}

let bayeux = BayeuxServer()
// Clients may read the news. They come by REST, so clients publish nothing.
try bayeux.channel("/**").addAuthorizer(.grantNone)
let news = try bayeux.channel("/news")
news.addAuthorizer(.grantSubscribe)

let router = Router()
NewsRoutes(archive: NewsArchive(), channel: news).add(to: router)
StatsRoutes(bayeux: bayeux).add(to: router)
PageRoutes().add(to: router)

let app = Application(
    router: router,
    server: .bayeux(bayeux, tls: tls),
    configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
    services: [bayeux]
)
try await app.runService()
