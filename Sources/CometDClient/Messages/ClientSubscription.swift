import Bayeux

/// A subscription whose messages a handler gets; see ``BayeuxClient/subscribe(to:buffering:_:)``.
///
/// It goes on until it is ended or the client is disconnected, whether this value is kept or not.
public final class ClientSubscription: Sendable {
    /// What was subscribed to.
    public let channel: String
    private let token: ListenerToken
    private let listened: String
    private let client: BayeuxClient

    init(_ pattern: ChannelPattern, _ token: ListenerToken, of client: BayeuxClient) {
        self.channel = pattern.id.name
        self.listened = pattern.listened
        self.token = token
        self.client = client
    }

    /// Ends the subscription; the handler finishes what it is at, and gets what has come by now.
    ///
    /// - Throws: ``ClientError`` when the server refuses, or does not answer; the handler gets nothing more all the same.
    public func unsubscribe() async throws {
        let (token, listened) = (self.token, self.listened)
        try await self.client.ask { (core, outcome: Outcome<Void>) in
            core.unsubscribe(token, from: listened) { outcome.complete($0) }
        }
    }
}
