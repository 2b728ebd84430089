public import Bayeux

/// Something has not worked, and what the client does about it.
///
/// - SeeAlso: CometD 3.1.14, `BayeuxClient.onFailure` and `onTransportFailure`; REQUIREMENTS Q5.
public struct ClientFailure: Sendable {
    /// What has failed: the channel of the request, such as `/meta/connect`.
    public let channel: String
    /// Why.
    public let error: ClientError
    /// The transport that it failed on.
    public let connectionType: ConnectionType
    /// When the client tries again, from now; `nil` when it does not.
    public let retryDelay: Duration?
}
