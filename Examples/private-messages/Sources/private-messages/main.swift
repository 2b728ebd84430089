import CometDHummingbird
import CometDServer
import Hummingbird

// The port is the first argument.
let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8080

let users = ["token-of-ada": "ada", "token-of-bob": "bob", "token-of-eve": "eve"]
let server = BayeuxServer()
let presence = Presence(of: users.values)

server.securityPolicy = TokenPolicy(users: users)
server.addListener(.sessionAdded { session, _ in presence.add(session) })
server.addListener(.sessionRemoved { session, _, _ in presence.remove(session) })

// Clients talk to the server only: nobody can listen to, or publish on, a channel that others read.
try server.channel("/**").addAuthorizer { $0.channel.kind == .service ? .grant : .ignore }

// On the event loop of the caller, one after the other: what a user writes arrives in the order of the writing.
try server.addRemoteCall("private", runs: .onEventLoop) { call in
    try PrivateMessages(presence: presence).send(call.data(as: Draft.self), from: call.caller)
}
try server.addRemoteCall("users") { _ in presence.users }

let app = Application(
    router: Router(),
    server: .bayeux(server),
    configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
    services: [server]
)
try await app.runService()
