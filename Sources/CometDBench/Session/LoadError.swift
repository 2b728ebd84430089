/// Why a load generator cannot do its work.
package struct LoadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, in terms a program can act on.
    package struct Code: Hashable, Sendable {
        private enum Value { case unreachable, refused, lost, slow, invalid }
        private let value: Value
        /// There is no connection to the server, or it does not speak the transport.
        package static var unreachable: Self { Self(value: .unreachable) }
        /// The server refused what makes a session.
        package static var refused: Self { Self(value: .refused) }
        /// The connection of a session that was being made broke.
        package static var lost: Self { Self(value: .lost) }
        /// Sessions could not be made in time.
        package static var slow: Self { Self(value: .slow) }
        /// The plan makes no sense, or a file of it cannot be read.
        package static var invalid: Self { Self(value: .invalid) }
    }

    package var code: Code
    /// What happened, in words.
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
