import CometDServer
import NIOCore
import NIOHTTP1

/// What hooks of the application can learn of an HTTP request, and of the one that opened a WebSocket.
struct HTTPRequestContext: BayeuxContext {
    private let head: HTTPRequestHead
    private let connection: ConnectionAddresses

    init(_ head: HTTPRequestHead, over connection: ConnectionAddresses) {
        self.head = head
        self.connection = connection
    }

    var remoteAddress: SocketAddress? { self.connection.remote }
    var localAddress: SocketAddress? { self.connection.local }
    var uri: String { self.head.uri }

    func headers(_ name: String) -> [String] { self.head.headers[name] }
}

/// The two ends of a connection, asked for once.
final class ConnectionAddresses: Sendable {
    let remote: SocketAddress?
    let local: SocketAddress?

    init(of channel: any Channel) {
        self.remote = channel.remoteAddress
        self.local = channel.localAddress
    }
}
