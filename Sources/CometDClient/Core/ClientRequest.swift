import Bayeux
import NIOCore

/// A message that wants a reply.
struct ClientRequest {
    /// What it is for.
    enum Purpose {
        case handshake
        /// With when it left, and whether the server may hold it.
        case connect(sent: NIODeadline, isHeld: Bool)
        case disconnect
        /// Of a channel or pattern of the table; answers to earlier attempts do not count.
        case subscribe(String, attempt: Int)
        case unsubscribe
        case publish
    }

    let purpose: Purpose
    var message: BayeuxMessage
    /// Told once how it went; what refuses the request is an error.
    let completion: ((Result<BayeuxMessage, ClientError>) -> Void)?

    /// About how many bytes it takes.
    let size: Int

    init(
        _ purpose: Purpose,
        _ message: BayeuxMessage,
        completion: ((Result<BayeuxMessage, ClientError>) -> Void)? = nil
    ) {
        self.purpose = purpose
        self.message = message
        self.completion = completion
        self.size = (message.data?.buffer.readableBytes ?? 0) + (message.ext?.buffer.readableBytes ?? 0) + 128
    }

    /// The channel of the message.
    var channel: String { self.message.channel ?? "" }

    var isSubscription: Bool {
        if case .subscribe = self.purpose { true } else { false }
    }

    /// Whether a server that does not answer it is gone: others may just take long.
    var isProtocol: Bool {
        switch self.purpose {
        case .handshake, .connect, .disconnect: true
        case .subscribe, .unsubscribe, .publish: false
        }
    }

    var isUnsubscription: Bool {
        if case .unsubscribe = self.purpose { true } else { false }
    }
}
