/// Decodes `Decodable` types from one value; ``JSONValue/decode(_:userInfo:)`` states the rules.
///
/// It is its own container for a single value.
struct JSONValueDecoder: Decoder {
    let value: JSONValue
    let path: JSONCodingPath
    let userInfo: [CodingUserInfoKey: Any]

    var codingPath: [any CodingKey] { self.path.keys }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let object) = self.value else {
            throw DecodingError.mismatch(of: self.value, with: JSONObject.self, at: self.path.keys)
        }
        return KeyedDecodingContainer(
            JSONKeyedDecodingContainer(object: object, path: self.path, userInfo: self.userInfo)
        )
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = self.value else {
            throw DecodingError.mismatch(of: self.value, with: [JSONValue].self, at: self.path.keys)
        }
        return JSONUnkeyedDecodingContainer(elements: elements, path: self.path, userInfo: self.userInfo)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }
}

extension JSONValueDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { self.value.isNull }

    func decode<T: JSONScalar>(_ type: T.Type) throws -> T {
        try T.decoded(from: self.value, at: self.path)
    }

    // The protocol has defaults for these two, which would win over the generic method and throw.

    func decode(_ type: Int128.Type) throws -> Int128 {
        try Int128.decoded(from: self.value, at: self.path)
    }

    func decode(_ type: UInt128.Type) throws -> UInt128 {
        try UInt128.decoded(from: self.value, at: self.path)
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try T(from: self)
    }
}
