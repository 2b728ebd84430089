import CometDServer
import NIOCore
import NIOHTTP1

/// What hooks of the application can learn of an HTTP request, and of the one that opened a WebSocket.
struct HTTPRequestContext: BayeuxContext {
    private let head: HTTPRequestHead
    private let connection: ConnectionFacts

    init(_ head: HTTPRequestHead, over connection: ConnectionFacts) {
        self.head = head
        self.connection = connection
    }

    var remoteAddress: SocketAddress? { self.connection.remote }
    var localAddress: SocketAddress? { self.connection.local }
    var uri: String { self.head.uri }
    var tls: TLSFacts? { self.connection.tls }

    var httpVersion: String {
        let version = self.head.version
        return version.major == 2 ? "2" : "\(version.major).\(version.minor)"
    }

    func headers(_ name: String) -> [String] { self.head.headers[name] }
}
