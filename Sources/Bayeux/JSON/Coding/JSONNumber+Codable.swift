extension JSONNumber: Codable {
    /// Takes a number over from a decoder; ``JSONValue/init(from:)`` states what is kept.
    ///
    /// - Parameter decoder: Where the value comes from.
    /// - Throws: `DecodingError` when the value is of another kind, or what the decoder throws.
    public init(from decoder: any Decoder) throws {
        let value = try JSONValue(from: decoder)
        guard case .number(let number) = value else {
            throw DecodingError.mismatch(of: value, with: Self.self, at: decoder.codingPath)
        }
        self = number
    }

    /// Hands the value over to an encoder; ``JSONValue/encode(to:)`` states what is kept.
    ///
    /// - Parameter encoder: Where the value goes.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        try JSONValue.number(self).encode(to: encoder)
    }
}
