/// Our own `Codable` support as a ``PayloadCoder``: ``JSONValue/init(encoding:userInfo:)`` states its rules.
public struct DefaultPayloadCoder: PayloadCoder {
    /// What the types' own `init(from:)` and `encode(to:)` find in decoder and encoder.
    ///
    /// Default empty.
    public var userInfo: [CodingUserInfoKey: any Sendable]

    /// Makes a coder.
    ///
    /// - Parameter userInfo: What the types' own coding finds, such as ``ClassRegistry/userInfo``.
    public init(userInfo: [CodingUserInfoKey: any Sendable] = [:]) {
        self.userInfo = userInfo
    }

    /// Decodes a payload.
    ///
    /// - Parameters:
    ///   - type: What to decode.
    ///   - json: One valid value.
    /// - Returns: The decoded payload.
    /// - Throws: `DecodingError`, or what the types themselves throw.
    public func decode<Payload: Decodable>(_ type: Payload.Type, from json: JSONBytes) throws -> Payload {
        try json.decode(type, userInfo: self.userInfo)
    }

    /// Encodes a payload.
    ///
    /// - Parameter payload: What to encode.
    /// - Returns: The payload as JSON.
    /// - Throws: `EncodingError`, or what the types themselves throw.
    public func encode(_ payload: some Encodable) throws -> JSONBytes {
        try JSONBytes(encoding: payload, userInfo: self.userInfo)
    }
}
