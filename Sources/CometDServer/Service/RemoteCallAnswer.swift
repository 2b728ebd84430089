package import Bayeux

/// How a remote call has ended, for its caller.
package struct RemoteCallAnswer: Hashable, Sendable {
    let data: JSONBytes
    let isSuccessful: Bool

    /// A result.
    package init(_ data: JSONBytes) {
        self.data = data
        self.isSuccessful = true
    }

    init(_ failure: RemoteCallFailure) {
        self.data = failure.data
        self.isSuccessful = false
    }

    /// A result without a value.
    ///
    /// It has data all the same: clients tell by it the answer from the reply to their publish.
    package static var empty: Self { Self(JSONBytes(.null)) }

    /// A result of any type that has a JSON form.
    package static func encoding(_ value: some Encodable) throws -> Self {
        Self(try JSONBytes(answering: value))
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
