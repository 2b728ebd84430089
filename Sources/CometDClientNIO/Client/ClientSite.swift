import Bayeux
import CometDClient
import Logging
import NIOCore
import NIOHTTP1

/// What the transports of one client share; confined to its event loop.
struct ClientSite {
    let address: ServerAddress
    let options: ClientOptions
    let connection: ConnectionOptions
    let network: ClientNetwork
    let cookies: CookieStore
    let eventLoop: any EventLoop
    let logger: Logger

    /// The headers of a request, after the application's hook has seen them.
    func headers(
        for address: ServerAddress,
        url: String,
        _ connectionType: ConnectionType
    ) -> EventLoopFuture<HTTPHeaders> {
        var headers = self.connection.headers
        if let cookie = self.cookies.header(for: address) { headers.add(name: "Cookie", value: cookie) }
        guard let authenticate = self.connection.authenticate else {
            return self.eventLoop.makeSucceededFuture(headers)
        }
        let request = ClientRequest(url: url, connectionType: connectionType, headers: headers)
        return self.eventLoop.makeFutureWithTask {
            var request = request
            do {
                try await authenticate(&request)
                return request.headers
            } catch {
                throw ClientError(.authenticationFailed, cause: error)
            }
        }
    }
}
