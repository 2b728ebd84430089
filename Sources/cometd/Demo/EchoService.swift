import Bayeux
import CometDServer

/// The demo's service: what a client sends to `/service/echo` comes back to it.
enum EchoService {
    /// The channel on which it is asked, and answers.
    static let channel = "/service/echo"

    /// Adds the service to a server.
    static func install(on server: BayeuxServer) throws {
        try server.channel(Self.channel).addListener { session, message in
            session?.deliver(message.data, on: Self.channel)
            return true
        }
    }
}
