/// Turns payloads from and to Swift values, in the place of our own `Codable` support.
///
/// Conform to bring another JSON library, or the same rules for dates, names and the like to every payload; then hand
/// the coder to ``BayeuxMessage/data(as:using:)``, ``JSONBytes/decode(_:using:)`` and ``JSONBytes/init(encoding:using:)``.
/// With Foundation:
///
/// ```swift
/// struct FoundationCoder: PayloadCoder {
///     func decode<Payload: Decodable>(_ type: Payload.Type, from json: JSONBytes) throws -> Payload {
///         let decoder = JSONDecoder()
///         decoder.dateDecodingStrategy = .iso8601
///         return try decoder.decode(type, from: Data(json.buffer.readableBytesView))
///     }
///
///     func encode(_ payload: some Encodable) throws -> JSONBytes {
///         let encoder = JSONEncoder()
///         encoder.dateEncodingStrategy = .iso8601
///         return try JSONBytes(checking: ByteBuffer(bytes: encoder.encode(payload)))
///     }
/// }
/// ```
///
/// What a library writes is checked before it is trusted: ``JSONBytes`` cannot be made of anything but one valid value.
///
/// - SeeAlso: REQUIREMENTS K1.
public protocol PayloadCoder: Sendable {
    /// Decodes a payload.
    ///
    /// - Parameters:
    ///   - type: What to decode.
    ///   - json: One valid value.
    /// - Returns: The decoded payload.
    /// - Throws: What the library throws.
    func decode<Payload: Decodable>(_ type: Payload.Type, from json: JSONBytes) throws -> Payload

    /// Encodes a payload.
    ///
    /// - Parameter payload: What to encode.
    /// - Returns: One value, which ``JSONBytes/init(checking:maxDepth:)`` has checked.
    /// - Throws: What the library throws, or ``JSONError`` when it wrote something else than one JSON value.
    func encode(_ payload: some Encodable) throws -> JSONBytes
}

extension JSONBytes {
    /// Encodes a type with a coder of the application.
    ///
    /// - Parameters:
    ///   - value: What to encode.
    ///   - coder: Who encodes it.
    /// - Throws: What the coder throws.
    public init(encoding value: some Encodable, using coder: some PayloadCoder) throws {
        self = try coder.encode(value)
    }

    /// Decodes a type with a coder of the application.
    ///
    /// - Parameters:
    ///   - type: What to decode.
    ///   - coder: Who decodes it.
    /// - Returns: The decoded value.
    /// - Throws: What the coder throws.
    public func decode<T: Decodable>(_ type: T.Type = T.self, using coder: some PayloadCoder) throws -> T {
        try coder.decode(type, from: self)
    }
}

extension BayeuxMessage {
    /// Decodes the payload with a coder of the application.
    ///
    /// - Parameters:
    ///   - type: What to decode.
    ///   - coder: Who decodes it.
    /// - Returns: The decoded payload.
    /// - Throws: `DecodingError` when the payload is absent, or what the coder throws.
    public func data<Payload: Decodable>(
        as type: Payload.Type = Payload.self,
        using coder: some PayloadCoder
    ) throws -> Payload {
        try self.requiredData(for: type).decode(type, using: coder)
    }
}
