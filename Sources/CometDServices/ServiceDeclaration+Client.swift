import Bayeux
import CometDClient
import CometDServer

// What annotations mean on a client.
extension ServiceDeclaration {
    /// Refuses an annotation that has no meaning on a client.
    ///
    /// - Throws: ``/CometDClient/ClientError`` with ``/CometDClient/ClientError/Code/channelInvalid`` that names the annotation.
    func checkForClient() throws(ClientError) {
        let problem: String
        switch self {
        case .listener(let channel, _, let needsSender, _):
            if Self.kind(of: channel) == .broadcast {
                problem = #"@Listener("\#(channel)") hears nothing without a subscription: use @Subscription"#
            } else if needsSender {
                problem = #"@Listener("\#(channel)") takes a ServerSession, which a client never has"#
            } else {
                return
            }
        case .subscription:
            return
        case .remoteCall(let target, _, _, _):
            problem = #"@RemoteCall("\#(target)") answers clients, and is of a server's services only"#
        case .configuration(let channel, _, _, _):
            problem = #"@Configure("\#(channel)") configures a server's channel, and is of its services only"#
        }
        throw ClientError(.channelInvalid, problem)
    }

    /// Lets messages reach the method; what ``checkForClient()`` refuses does nothing.
    func add(to client: BayeuxClient, _ lifetime: ServiceLifetime) async throws -> ClientSubscription? {
        switch self {
        case .listener(let channel, _, _, let handler):
            return try await Self.subscribe(client, to: channel, lifetime) { invocation in
                var invocation = invocation
                // The message has arrived: there is nothing to stop.
                _ = try await handler(&invocation)
            }
        case .subscription(let channel, let handler):
            return try await Self.subscribe(client, to: channel, lifetime, handler)
        case .remoteCall, .configuration:
            return nil
        }
    }

    private static func subscribe(
        _ client: BayeuxClient,
        to channel: String,
        _ lifetime: ServiceLifetime,
        _ handler: @escaping @Sendable (ServiceInvocation) async throws -> Void
    ) async throws -> ClientSubscription {
        // Without a session, the next one brings the subscription.
        try await client.subscribe(to: channel, waitsForSession: false) { message, parameters in
            guard !lifetime.isOver else { return }
            try await handler(ServiceInvocation(ServiceRequest(message, from: nil, parameters: parameters)))
        }
    }

    /// The kind of a channel, pattern or template; the client refuses what is none of them.
    private static func kind(of channel: String) -> ChannelID.Kind? { try? ChannelID(channel).kind }
}
