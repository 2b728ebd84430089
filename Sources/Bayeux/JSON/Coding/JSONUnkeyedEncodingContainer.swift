/// Encodes the elements of an array, in order.
struct JSONUnkeyedEncodingContainer: UnkeyedEncodingContainer {
    let array: JSONPartialArray
    let path: JSONCodingPath
    let userInfo: [CodingUserInfoKey: Any]

    var codingPath: [any CodingKey] { self.path.keys }

    var count: Int { self.array.count }

    func encodeNil() { self.array.append(.null) }

    func encode<T: JSONScalar>(_ value: T) throws {
        self.array.append(try value.encoded(at: self.elementPath))
    }

    // The protocol has defaults for these two, which would win over the generic method and throw.

    func encode(_ value: Int128) throws {
        self.array.append(value.encoded(at: self.elementPath))
    }

    func encode(_ value: UInt128) throws {
        self.array.append(value.encoded(at: self.elementPath))
    }

    func encode<T: Encodable>(_ value: T) throws {
        let result = try JSONValueEncoder.encode(value, path: self.elementPath, userInfo: self.userInfo)
        self.array.append(result ?? .object(JSONObject()))
    }

    func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type) -> KeyedEncodingContainer<NestedKey> {
        self.appendEncoder().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { self.appendEncoder().unkeyedContainer() }

    func superEncoder() -> any Encoder { self.appendEncoder() }

    private func appendEncoder() -> JSONValueEncoder {
        let encoder = JSONValueEncoder(path: self.elementPath, userInfo: self.userInfo)
        self.array.append(encoder)
        return encoder
    }

    private var elementPath: JSONCodingPath { self.path.appending(self.array.count) }
}
