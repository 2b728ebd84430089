/// Encodes the members of an object, in the order in which they come.
struct JSONKeyedEncodingContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let object: JSONPartialObject
    let path: JSONCodingPath
    let userInfo: [CodingUserInfoKey: Any]

    var codingPath: [any CodingKey] { self.path.keys }

    func encodeNil(forKey key: Key) { self.object.set(.null, for: key) }

    func encode<T: JSONScalar>(_ value: T, forKey key: Key) throws {
        self.object.set(try value.encoded(at: self.path.appending(key)), for: key)
    }

    // The protocol has defaults for these two, which would win over the generic method and throw.

    func encode(_ value: Int128, forKey key: Key) throws {
        self.object.set(value.encoded(at: self.path.appending(key)), for: key)
    }

    func encode(_ value: UInt128, forKey key: Key) throws {
        self.object.set(value.encoded(at: self.path.appending(key)), for: key)
    }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        let result = try JSONValueEncoder.encode(value, path: self.path.appending(key), userInfo: self.userInfo)
        self.object.set(result ?? .object(JSONObject()), for: key)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        self.encoder(for: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        self.encoder(for: key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { self.encoder(for: JSONCodingKey.parent) }

    func superEncoder(forKey key: Key) -> any Encoder { self.encoder(for: key) }

    private func encoder(for key: some CodingKey) -> JSONValueEncoder {
        self.object.encoder(for: key) {
            JSONValueEncoder(path: self.path.appending(key), userInfo: self.userInfo)
        }
    }
}
