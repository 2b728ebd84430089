extension JSONBytes {
    /// Encodes a type by its `Codable` conformance; ``JSONValue/init(encoding:userInfo:)`` states the rules.
    ///
    /// - Parameters:
    ///   - value: What to encode.
    ///   - userInfo: What the types' own `encode(to:)` finds in the encoder.
    /// - Throws: `EncodingError`, or what the types themselves throw.
    public init<T: Encodable>(encoding value: T, userInfo: [CodingUserInfoKey: any Sendable] = [:]) throws {
        self.init(try JSONValue(encoding: value, userInfo: userInfo))
    }

    /// Decodes a type by its `Codable` conformance; ``JSONValue/decode(_:userInfo:)`` states the rules.
    ///
    /// - Parameters:
    ///   - type: What to decode.
    ///   - userInfo: What the types' own `init(from:)` finds in the decoder.
    /// - Returns: The decoded value.
    /// - Throws: `DecodingError`, or what the types themselves throw.
    public func decode<T: Decodable>(
        _ type: T.Type = T.self,
        userInfo: [CodingUserInfoKey: any Sendable] = [:]
    ) throws -> T {
        try self.value().decode(type, userInfo: userInfo)
    }
}

extension JSONBytes: Codable {
    /// Takes any value over from a decoder and writes it anew; ``JSONValue/init(from:)`` states what is kept.
    ///
    /// - Parameter decoder: Where the value comes from.
    /// - Throws: What the decoder throws.
    public init(from decoder: any Decoder) throws {
        self.init(try JSONValue(from: decoder))
    }

    /// Hands the value over to an encoder; ``JSONValue/encode(to:)`` states what is kept.
    ///
    /// - Parameter encoder: Where the value goes.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        try self.value().encode(to: encoder)
    }
}
