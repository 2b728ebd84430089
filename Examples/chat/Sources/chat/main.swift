import CometDHummingbird
import CometDServer
import CometDServices
import Hummingbird

// The port is the first argument.
let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8080

let users = UserList(tokens: ["ada": "ada-token", "bob": "bob-token", "eve": "eve-token"])
let rooms = [
    Room(name: "lobby"),
    Room(name: "staff", members: ["ada", "bob"]),
    Room(name: "announcements", speakers: ["ada"]),
]

let server = BayeuxServer()
server.securityPolicy = TokenPolicy(users: users)
try await server.register(ChatService(rooms: rooms, on: server))

let app = Application(
    router: Router(),
    server: .bayeux(server),
    configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
    services: [server]
)
try await app.runService()
