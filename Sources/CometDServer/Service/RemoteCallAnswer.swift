import Bayeux

/// How a remote call has ended, for its caller.
package struct RemoteCallAnswer: Sendable {
    /// What the caller gets, but for its channel and its id.
    private let message: BayeuxMessage

    private init(_ data: JSONBytes, isSuccessful: Bool) {
        var message = BayeuxMessage(channel: "", data: data)
        message.isSuccessful = isSuccessful
        self.message = message
    }

    init(_ failure: RemoteCallFailure) { self.init(failure.data, isSuccessful: false) }

    /// A result without a value.
    ///
    /// It has data all the same: clients tell by it the answer from the reply to their publish.
    package static var empty: Self { Self(JSONBytes(.null), isSuccessful: true) }

    /// A result of any type that has a JSON form.
    package static func encoding(_ value: some Encodable) throws -> Self {
        Self(try JSONBytes(answering: value), isSuccessful: true)
    }

    /// The message that answers a request.
    func message(to request: BayeuxMessage) -> BayeuxMessage {
        var message = self.message
        message.channel = request.channel
        message[.id] = request[.id]
        return message
    }
}

extension JSONBytes {
    /// Encodes what a service answers; JSON text goes out as it is.
    init(answering value: some Encodable) throws {
        if let raw = value as? JSONBytes {
            self = raw
        } else {
            self = try JSONBytes(encoding: value)
        }
    }
}
