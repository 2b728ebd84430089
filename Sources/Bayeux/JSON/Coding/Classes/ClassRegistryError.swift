/// Why a value could not be coded by the name of its class.
public struct ClassRegistryError: Error, Hashable, Sendable {
    /// What went wrong, in terms a program can act on.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case classMissing, classUnknown, classUnexpected, typeUnknown, registryMissing
        }

        private let value: Value

        /// A value names no class: it is no object, or has no member `class` that is a string.
        public static var classMissing: Self { Self(value: .classMissing) }

        /// A value names a class that is not registered: its sender must not send it here.
        public static var classUnknown: Self { Self(value: .classUnknown) }

        /// A value names a class that is registered, but its type is not what is asked for in this place.
        public static var classUnexpected: Self { Self(value: .classUnexpected) }

        /// A value that is to be encoded is of a type that is not registered: register it.
        public static var typeUnknown: Self { Self(value: .typeUnknown) }

        /// A ``Polymorphic`` value was coded without a registry: use ``ClassRegistry`` as coder, or its `userInfo`.
        public static var registryMissing: Self { Self(value: .registryMissing) }
    }

    /// What went wrong.
    public var code: Code

    /// The name of the class or type; `nil` when there is none.
    ///
    /// It may have been chosen by a peer.
    public var name: String?

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - code: What went wrong.
    ///   - name: The name of the class or type.
    public init(_ code: Code, name: String? = nil) {
        self.code = code
        self.name = name
    }
}

extension ClassRegistryError: CustomStringConvertible {
    /// The code and at most 100 characters of the name, such as `unknown class "com.acme.Shape"`.
    public var description: String {
        guard let name = self.name else { return "\(self.code)" }
        let beginning = String(String.UnicodeScalarView(name.unicodeScalars.prefix(100)))
        return "\(self.code) \(beginning.debugDescription)"
    }
}

extension ClassRegistryError.Code: CustomStringConvertible {
    /// A few words for a log.
    public var description: String {
        switch self.value {
        case .classMissing: "no class"
        case .classUnknown: "unknown class"
        case .classUnexpected: "unexpected class"
        case .typeUnknown: "type without a class"
        case .registryMissing: "no class registry"
        }
    }
}
