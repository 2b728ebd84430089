/// A value of one of several registered types, told by the member `class` of its object.
///
/// ```swift
/// protocol Shape: Codable, Sendable {}
///
/// struct Drawing: Codable {
///     @Polymorphic var frame: any Shape
///     var shapes: [Polymorphic<any Shape>]
/// }
///
/// let drawing = try message.data(as: Drawing.self, using: classes)
/// ```
///
/// Encoding and decoding need a ``ClassRegistry`` as coder, or its `userInfo` in a coder of another module.
@propertyWrapper
public struct Polymorphic<Value> {
    /// The value.
    public var wrappedValue: Value

    /// Makes a value that can be coded by its class.
    ///
    /// - Parameter wrappedValue: A value of a registered type.
    public init(wrappedValue: Value) {
        self.wrappedValue = wrappedValue
    }
}

extension Polymorphic: Sendable where Value: Sendable {}

extension Polymorphic: Equatable where Value: Equatable {}

extension Polymorphic: Hashable where Value: Hashable {}

extension Polymorphic: Decodable {
    /// Decodes the type that the member `class` names.
    ///
    /// - Parameter decoder: Where the object comes from.
    /// - Throws: ``ClassRegistryError`` when no class is named, it is not registered or is no `Value`, or what the
    ///   decoder and the type throw.
    public init(from decoder: any Decoder) throws {
        let registry = try ClassRegistry(in: decoder.userInfo)
        guard let container = try? decoder.container(keyedBy: ClassRegistry.Key.self),
            let name = try? container.decode(String.self, forKey: .name)
        else { throw ClassRegistryError(.classMissing) }
        let decoded = try registry.type(named: name).init(from: decoder)
        guard let value = decoded as? Value else { throw ClassRegistryError(.classUnexpected, name: name) }
        self.wrappedValue = value
    }
}

extension Polymorphic: Encodable {
    /// Encodes the value as an object whose first member is `class`.
    ///
    /// - Parameter encoder: Where the object goes.
    /// - Throws: ``ClassRegistryError`` when the value's type is not registered, or what the encoder and the type throw.
    public func encode(to encoder: any Encoder) throws {
        let registry = try ClassRegistry(in: encoder.userInfo)
        let type = Swift.type(of: self.wrappedValue as Any)
        guard let name = registry.name(of: type), let value = self.wrappedValue as? any Encodable else {
            throw ClassRegistryError(.typeUnknown, name: "\(type)")
        }
        var container = encoder.container(keyedBy: ClassRegistry.Key.self)
        try container.encode(name, forKey: .name)
        try value.encode(to: encoder)
    }
}
