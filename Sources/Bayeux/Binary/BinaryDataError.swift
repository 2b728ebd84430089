/// Why a message's payload is not the binary data that its `ext.binary` announces.
public struct BinaryDataError: Error, Hashable, Sendable {
    /// What is wrong, in terms a program can act on.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case notAnObject, dataInvalid, lastInvalid, metaInvalid
        }

        private let value: Value

        /// The payload is absent or no JSON object.
        public static var notAnObject: Self { Self(value: .notAnObject) }

        /// The member `data` is absent, no string or not Z85.
        public static var dataInvalid: Self { Self(value: .dataInvalid) }

        /// The member `last` is absent or neither `true` nor `false`.
        public static var lastInvalid: Self { Self(value: .lastInvalid) }

        /// The member `meta` is neither absent, `null` nor an object.
        public static var metaInvalid: Self { Self(value: .metaInvalid) }
    }

    /// What is wrong; its sender must mend it.
    public var code: Code

    /// What is wrong with the text of `data`, when it is a string.
    public var cause: Z85Error?

    /// Describes a fault of a payload.
    ///
    /// - Parameters:
    ///   - code: What is wrong.
    ///   - cause: What is wrong with the text of `data`.
    public init(_ code: Code, cause: Z85Error? = nil) {
        self.code = code
        self.cause = cause
    }
}

extension BinaryDataError: CustomStringConvertible {
    /// The code and what lies behind it, such as `data is not Z85: illegal character in Z85 at byte 17`.
    public var description: String { self.cause.map { "\(self.code): \($0)" } ?? "\(self.code)" }
}

extension BinaryDataError.Code: CustomStringConvertible {
    /// A few words for a log.
    public var description: String {
        switch self.value {
        case .notAnObject: "binary data is no object"
        case .dataInvalid: "data is not Z85"
        case .lastInvalid: "last is no bool"
        case .metaInvalid: "meta is no object"
        }
    }
}
