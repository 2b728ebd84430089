import Bayeux

/// How a remote call has ended, for its caller.
package struct RemoteCallAnswer: Sendable {
    /// What the caller gets, but for its channel and its id.
    private let message: BayeuxMessage

    private init(_ message: BayeuxMessage, isSuccessful: Bool) {
        var message = message
        message.isSuccessful = isSuccessful
        self.message = message
    }

    init(_ failure: RemoteCallFailure) {
        self.init(BayeuxMessage(channel: "", data: failure.data), isSuccessful: false)
    }

    /// A result without a value.
    ///
    /// It has data all the same: clients tell by it the answer from the reply to their publish.
    package static var empty: Self { Self(BayeuxMessage(channel: "", data: JSONBytes(.null)), isSuccessful: true) }

    /// A result of any type that has a JSON form; binary data is announced in the `ext`.
    package static func encoding(_ value: some Encodable) throws -> Self {
        Self(try BayeuxMessage(channel: "", encoding: value), isSuccessful: true)
    }

    /// The message that answers a request.
    func message(to request: BayeuxMessage) -> BayeuxMessage {
        var message = self.message
        message.channel = request.channel
        message[.id] = request[.id]
        // An argument that is given back as it came is still what it was.
        if request.hasBinaryData, !message.hasBinaryData, message.data == request.data {
            message.addExt("binary", JSONBytes([:]))
        }
        return message
    }
}
