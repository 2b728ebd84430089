/// Decodes the elements of an array, in order; a failure does not move on to the next one.
struct JSONUnkeyedDecodingContainer: UnkeyedDecodingContainer {
    let elements: [JSONValue]
    let path: JSONCodingPath
    let userInfo: [CodingUserInfoKey: Any]
    private(set) var currentIndex = 0

    init(elements: [JSONValue], path: JSONCodingPath, userInfo: [CodingUserInfoKey: Any]) {
        self.elements = elements
        self.path = path
        self.userInfo = userInfo
    }

    var codingPath: [any CodingKey] { self.path.keys }

    var count: Int? { self.elements.count }

    var isAtEnd: Bool { self.currentIndex >= self.elements.count }

    mutating func decodeNil() throws -> Bool {
        guard try self.next(Never?.self).isNull else { return false }
        self.currentIndex += 1
        return true
    }

    mutating func decode<T: JSONScalar>(_ type: T.Type) throws -> T {
        try self.decodeScalar()
    }

    // The protocol has defaults for these two, which would win over the generic method and throw.

    mutating func decode(_ type: Int128.Type) throws -> Int128 {
        try self.decodeScalar()
    }

    mutating func decode(_ type: UInt128.Type) throws -> UInt128 {
        try self.decodeScalar()
    }

    private mutating func decodeScalar<T: JSONScalar>(_ type: T.Type = T.self) throws -> T {
        let result = try T.decoded(from: self.next(type), at: self.path.appending(self.currentIndex))
        self.currentIndex += 1
        return result
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let result = try T(from: self.decoder(type))
        self.currentIndex += 1
        return result
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        let container = try self.decoder(JSONObject.self).container(keyedBy: type)
        self.currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try self.decoder([JSONValue].self).unkeyedContainer()
        self.currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try self.decoder((any Decoder).self)
        self.currentIndex += 1
        return decoder
    }

    private func decoder(_ type: Any.Type) throws -> JSONValueDecoder {
        let value = try self.next(type)
        return JSONValueDecoder(value: value, path: self.path.appending(self.currentIndex), userInfo: self.userInfo)
    }

    private func next(_ type: Any.Type) throws -> JSONValue {
        guard !self.isAtEnd else {
            let path = self.path.appending(self.currentIndex)
            let description = "Expected \(type) but the array ends after \(self.elements.count) elements."
            throw DecodingError.valueNotFound(
                type,
                DecodingError.Context(codingPath: path.keys, debugDescription: description)
            )
        }
        return self.elements[self.currentIndex]
    }
}
