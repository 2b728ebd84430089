public import Bayeux
public import NIOHTTP1

/// An HTTP request that is about to leave, for the hook that authenticates requests.
public struct ClientRequest: Sendable {
    /// Where it goes.
    public let url: String
    /// The transport that it is for: one request opens a WebSocket, each exchange of long-polling is one.
    public let connectionType: ConnectionType
    /// Its headers, which may be changed.
    public var headers: HTTPHeaders
}
