import CometDHummingbird
import CometDServer
import CometDServices
import Hummingbird

// The first argument is the port, the second how many seconds an upload may take.
let arguments = CommandLine.arguments.dropFirst().map { Int($0) }
let port = (arguments.first ?? nil) ?? 8080
var limits = UploadLimits()
if arguments.count > 1, let seconds = arguments[1] { limits.maxDuration = .seconds(seconds) }

let server = BayeuxServer()
// Malformed bytes are refused before anybody sees them; what the server says survives a lost connection.
server.addExtension(BinaryExtension())
server.addExtension(AcknowledgedMessagesExtension())

let uploads = UploadService(limits: limits) { file in
    // Here an application keeps the file. This runs on an event loop: hand it to a task when that takes time.
    print("\(file.name): \(file.bytes.readableBytes) bytes, checksum \(file.checksum)")
}
try await server.register(uploads)
server.addListener(.sessionRemoved { session, _, _ in uploads.discardUploads(of: session) })

let app = Application(
    router: Router(),
    server: .bayeux(server),
    configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
    services: [server]
)
try await app.runService()
