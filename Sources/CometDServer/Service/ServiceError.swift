/// A service that cannot be set up.
public struct ServiceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public struct Code: Hashable, Sendable {
        private enum Value { case targetTaken, channelConfigured, ended }
        private let value: Value

        /// The server has a remote call of this target already; choose another, or remove that one.
        public static var targetTaken: Self { Self(value: .targetTaken) }
        /// A channel that was to be configured exists already; register its service earlier, or allow it.
        public static var channelConfigured: Self { Self(value: .channelConfigured) }
        /// The server has ended, or its services could not be started; make a new server.
        public static var ended: Self { Self(value: .ended) }
    }

    /// What went wrong.
    public var code: Code
    /// The channel, the target or the type that it is about.
    public var subject: String

    package init(_ code: Code, _ subject: String) {
        self.code = code
        self.subject = subject
    }

    /// What went wrong, in words.
    public var description: String {
        switch self.code {
        case .targetTaken: "another remote call has the target \(self.subject)"
        case .channelConfigured: "the channel \(self.subject) exists already"
        default: "the server has ended before \(self.subject) was added"
        }
    }
}
