import Bayeux
import Logging

// Calling the application. What it throws is logged and changes nothing: the message goes on.
extension Exchange {
    /// Passes a message through the extensions in the order of their registration.
    static func passIncoming(
        _ message: inout BayeuxMessage,
        from session: ServerSession?,
        _ extensions: [any BayeuxExtension],
        _ logger: Logger
    ) async -> Bool {
        for installed in extensions {
            do {
                guard try await installed.incoming(&message, from: session) else { return false }
            } catch {
                logger.error(
                    "an extension failed",
                    metadata: ["extension": "\(type(of: installed))", "error": "\(error)"]
                )
            }
        }
        return true
    }

    /// Passes a message through the extensions in the reverse order of their registration.
    static func passOutgoing(
        _ message: inout BayeuxMessage,
        to session: ServerSession?,
        _ extensions: [any BayeuxExtension],
        _ logger: Logger
    ) async -> Bool {
        for installed in extensions.reversed() {
            do {
                guard try await installed.outgoing(&message, to: session) else { return false }
            } catch {
                logger.error(
                    "an extension failed",
                    metadata: ["extension": "\(type(of: installed))", "error": "\(error)"]
                )
            }
        }
        return true
    }
}

extension ShardState {
    /// Calls a channel's listeners until one stops the message.
    static func call(
        _ listeners: [ServerChannel.MessageListener],
        _ sender: ServerSession?,
        _ message: inout BayeuxMessage,
        _ logger: Logger
    ) async -> Bool {
        for listener in listeners {
            do {
                guard try await listener(sender, &message) else { return false }
            } catch {
                logger.error(
                    "a listener failed",
                    metadata: ["channel": "\(message.channel ?? "")", "error": "\(error)"]
                )
            }
        }
        return true
    }
}
