/// Decodes the members of an object.
struct JSONKeyedDecodingContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: JSONObject
    let path: JSONCodingPath
    let userInfo: [CodingUserInfoKey: Any]

    var codingPath: [any CodingKey] { self.path.keys }

    var allKeys: [Key] { self.object.compactMap { Key(stringValue: $0.key) } }

    func contains(_ key: Key) -> Bool { self.object[key.stringValue] != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try self.value(for: key).isNull }

    func decode<T: JSONScalar>(_ type: T.Type, forKey key: Key) throws -> T {
        try T.decoded(from: self.value(for: key), at: self.path.appending(key))
    }

    // The protocol has defaults for these two, which would win over the generic method and throw.

    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 {
        try Int128.decoded(from: self.value(for: key), at: self.path.appending(key))
    }

    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 {
        try UInt128.decoded(from: self.value(for: key), at: self.path.appending(key))
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try T(from: self.decoder(for: key))
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try self.decoder(for: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try self.decoder(for: key).unkeyedContainer()
    }

    func superDecoder() -> any Decoder { self.superDecoder(for: JSONCodingKey.parent) }

    func superDecoder(forKey key: Key) -> any Decoder { self.superDecoder(for: key) }

    /// Unlike other members, that of a superclass may be missing: it need not have encoded anything.
    private func superDecoder(for key: some CodingKey) -> any Decoder {
        let value = self.object[key.stringValue] ?? .null
        return JSONValueDecoder(value: value, path: self.path.appending(key), userInfo: self.userInfo)
    }

    private func decoder(for key: Key) throws -> JSONValueDecoder {
        JSONValueDecoder(value: try self.value(for: key), path: self.path.appending(key), userInfo: self.userInfo)
    }

    private func value(for key: Key) throws -> JSONValue {
        guard let value = self.object[key.stringValue] else {
            let description = "The object has no member \"\(key.stringValue)\"."
            throw DecodingError.keyNotFound(
                key,
                DecodingError.Context(codingPath: self.codingPath, debugDescription: description)
            )
        }
        return value
    }
}
