/// Which types values stand for by the name in their member `class`, CometD's convention for polymorphic payloads.
///
/// A client sends `{"class":"org.cometd.example.EchoInfo","id":"42","echo":"cometd"}`, and the server gets an
/// `EchoInfo`:
///
/// ```swift
/// var classes = ClassRegistry()
/// classes.register(EchoInfo.self, as: "org.cometd.example.EchoInfo")
/// switch try classes.decode(data) {
/// case let echo as EchoInfo: print(echo.id)
/// default: break
/// }
/// ```
///
/// Inside other types, a member that is one of several types is a ``Polymorphic``; nothing else is looked at for its
/// class. Only types that are registered are ever made of what a peer sends. Values within values cost recursion: as
/// deep as their text, which ``JSONBytes`` limits.
///
/// - SeeAlso: CometD 3.1 reference book, "Custom serialization of JSON"; REQUIREMENTS K2.
public struct ClassRegistry: Sendable {
    /// A type that can be registered.
    public typealias Registered = any Codable & Sendable

    /// The member that holds the name.
    enum Key: String, CodingKey {
        case name = "class"
    }

    private var types: [String: any (Codable & Sendable).Type] = [:]
    private var names: [ObjectIdentifier: String] = [:]
    /// The length of the longest name in bytes: longer ones need not be looked up.
    private var maxNameLength = 0

    /// Makes a registry of no types.
    public init() {}

    /// Adds a type.
    ///
    /// A name that is registered again stands for the new type. A type may have several names: all are read, the last
    /// one is written.
    ///
    /// - Parameters:
    ///   - type: A type that is encoded as an object without a member `class` of its own.
    ///   - name: What the member `class` of its values says, such as `com.acme.Shape`.
    public mutating func register(_ type: (some Codable & Sendable).Type, as name: String) {
        self.types[name] = type
        self.names[ObjectIdentifier(type)] = name
        self.maxNameLength = max(self.maxNameLength, name.utf8.count)
    }

    /// The registry as types find it in their coders.
    ///
    /// For ``JSONBytes/decode(_:userInfo:)`` and for encoders and decoders of other modules.
    public var userInfo: [CodingUserInfoKey: any Sendable] { [Self.userInfoKey: self] }

    private static let userInfoKey: CodingUserInfoKey = {
        guard let key = CodingUserInfoKey(rawValue: "Bayeux.ClassRegistry") else {
            preconditionFailure("every string is a key")
        }
        return key
    }()

    /// The registry that a coder was given.
    init(in userInfo: [CodingUserInfoKey: Any]) throws(ClassRegistryError) {
        guard let registry = userInfo[Self.userInfoKey] as? ClassRegistry else {
            throw ClassRegistryError(.registryMissing)
        }
        self = registry
    }

    /// The type of a class, whose name a peer may have chosen.
    func type(named name: String) throws(ClassRegistryError) -> any (Codable & Sendable).Type {
        // Looking up a long string of combining marks could take long.
        guard name.utf8.count <= self.maxNameLength, let type = self.types[name] else {
            throw ClassRegistryError(.classUnknown, name: name)
        }
        return type
    }

    /// The name of a type's class; `nil` when it is not registered.
    func name(of type: Any.Type) -> String? { self.names[ObjectIdentifier(type)] }
}

extension ClassRegistry: PayloadCoder {
    /// Decodes an object as the type that its member `class` names.
    ///
    /// - Parameter json: An object with a member `class`.
    /// - Returns: A value of the registered type.
    /// - Throws: ``ClassRegistryError`` when no class is named or it is not registered, `DecodingError` when the object
    ///   has not the type's shape, or what the types themselves throw.
    public func decode(_ json: JSONBytes) throws -> Registered {
        try self.decode(Polymorphic<Registered>.self, from: json).wrappedValue
    }

    /// Decodes a payload of a known type, in which there may be ``Polymorphic`` values.
    ///
    /// - Parameters:
    ///   - type: What to decode; its own class is not looked at.
    ///   - json: One valid value.
    /// - Returns: The decoded payload.
    /// - Throws: As ``decode(_:)`` does.
    public func decode<Payload: Decodable>(_ type: Payload.Type, from json: JSONBytes) throws -> Payload {
        try json.decode(type, userInfo: self.userInfo)
    }

    /// Encodes a payload; one of a registered type gets a member `class`.
    ///
    /// - Parameter payload: What to encode; there may be ``Polymorphic`` values in it.
    /// - Returns: The payload as JSON.
    /// - Throws: `EncodingError` when the type is registered but is not encoded as an object, ``ClassRegistryError``
    ///   for a ``Polymorphic`` value of a type that is not registered, or what the types themselves throw.
    public func encode(_ payload: some Encodable) throws -> JSONBytes {
        guard self.name(of: Swift.type(of: payload as Any)) != nil else {
            return try JSONBytes(encoding: payload, userInfo: self.userInfo)
        }
        return try JSONBytes(encoding: Polymorphic(wrappedValue: payload), userInfo: self.userInfo)
    }
}
