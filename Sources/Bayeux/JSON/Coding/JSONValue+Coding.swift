extension JSONValue {
    /// Encodes a type by its `Codable` conformance.
    ///
    /// - Structures and classes become objects, with the keys of their `CodingKeys` and the members in the order in
    ///   which they are encoded. Optional members that are `nil` are left out by the code that the compiler writes.
    /// - Dictionaries with `String` or `Int` keys become objects, in no particular order, others arrays.
    /// - Integers keep all their digits, up to `UInt128`. Floating-point numbers have as many digits as it takes to
    ///   read the same number again; infinity and not-a-number throw.
    /// - Types of Foundation encode as they do by themselves: a `Date` as the seconds since 2001, `Data` as an array of
    ///   numbers, a `URL` and a `Decimal` as objects. Convert them where peers expect something else.
    /// - ``JSONValue``, ``JSONObject``, ``JSONNumber`` and ``JSONBytes`` are encoded as what they stand for.
    ///
    /// - Parameters:
    ///   - value: What to encode.
    ///   - userInfo: What the types' own `encode(to:)` finds in the encoder.
    /// - Throws: `EncodingError`, or what the types themselves throw.
    public init<T: Encodable>(encoding value: T, userInfo: [CodingUserInfoKey: any Sendable] = [:]) throws {
        guard let result = try JSONValueEncoder.encode(value, path: .root, userInfo: userInfo) else {
            let description = "\(T.self) did not encode any value."
            throw EncodingError.invalidValue(
                value,
                EncodingError.Context(codingPath: [], debugDescription: description)
            )
        }
        self = result
    }

    /// Decodes a type by its `Codable` conformance, the inverse of ``init(encoding:userInfo:)``.
    ///
    /// Numbers must be exact: an integer type takes `3`, `3.0` and `3e0`, but no fraction and nothing that does not
    /// fit; a floating-point type takes the nearest value, but nothing that is too large.
    ///
    /// - Parameters:
    ///   - type: What to decode.
    ///   - userInfo: What the types' own `init(from:)` finds in the decoder.
    /// - Returns: The decoded value.
    /// - Throws: `DecodingError`, or what the types themselves throw. A number that does not fit is `dataCorrupted`.
    public func decode<T: Decodable>(
        _ type: T.Type = T.self,
        userInfo: [CodingUserInfoKey: any Sendable] = [:]
    ) throws -> T {
        try T(from: JSONValueDecoder(value: self, path: .root, userInfo: userInfo))
    }
}
