/// Encodes an `Encodable` type as one value; ``JSONValue/init(encoding:userInfo:)`` states the rules.
///
/// A class, since a type may ask it for the same container several times, as a subclass does after its superclass.
/// It is its own container for a single value.
final class JSONValueEncoder: Encoder {
    private enum State {
        /// Nothing has been encoded and no container asked for.
        case nothing
        /// A single value has been encoded.
        case value(JSONValue)
        /// A container for elements has been asked for.
        case array(JSONPartialArray)
        /// A container for members has been asked for.
        case object(JSONPartialObject)
        /// The type has used two kinds of containers for one value: its `encode(to:)` is wrong.
        case conflict
    }

    let path: JSONCodingPath
    let userInfo: [CodingUserInfoKey: Any]
    private var state = State.nothing

    init(path: JSONCodingPath, userInfo: [CodingUserInfoKey: Any]) {
        self.path = path
        self.userInfo = userInfo
    }

    var codingPath: [any CodingKey] { self.path.keys }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        let object: JSONPartialObject
        switch self.state {
        case .nothing:
            object = JSONPartialObject()
            self.state = .object(object)
        case .object(let existing):
            object = existing
        case .value, .array, .conflict:
            object = JSONPartialObject()
            self.state = .conflict
        }
        return KeyedEncodingContainer(
            JSONKeyedEncodingContainer(object: object, path: self.path, userInfo: self.userInfo)
        )
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        let array: JSONPartialArray
        switch self.state {
        case .nothing:
            array = JSONPartialArray()
            self.state = .array(array)
        case .array(let existing):
            array = existing
        case .value, .object, .conflict:
            array = JSONPartialArray()
            self.state = .conflict
        }
        return JSONUnkeyedEncodingContainer(array: array, path: self.path, userInfo: self.userInfo)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

extension JSONValueEncoder {
    /// Encodes a value by its own rules and takes the result.
    static func encode(
        _ value: some Encodable,
        path: JSONCodingPath,
        userInfo: [CodingUserInfoKey: Any]
    ) throws -> JSONValue? {
        let encoder = JSONValueEncoder(path: path, userInfo: userInfo)
        try value.encode(to: encoder)
        return try encoder.finish(encoding: value)
    }

    /// Collects what has been encoded.
    ///
    /// - Parameter value: What was encoded, for the error.
    /// - Returns: The result; `nil` when nothing was encoded.
    /// - Throws: `EncodingError` when `encode(to:)` of a type has used two kinds of containers for one value.
    func finish(encoding value: some Encodable) throws -> JSONValue? {
        switch self.state {
        case .nothing: nil
        case .value(let result): result
        case .array(let array): .array(try array.finish(encoding: value))
        case .object(let object): .object(try object.finish(encoding: value))
        case .conflict: throw self.conflict(value)
        }
    }

    /// Takes a complete value, unless there is something already.
    func take(_ result: JSONValue, for value: some Encodable) throws {
        guard case .nothing = self.state else { throw self.conflict(value) }
        self.state = .value(result)
    }

    private func conflict(_ value: Any) -> EncodingError {
        let description = "Several values or kinds of containers were encoded in place of one."
        return EncodingError.invalidValue(
            value,
            EncodingError.Context(codingPath: self.codingPath, debugDescription: description)
        )
    }
}

extension JSONValueEncoder: SingleValueEncodingContainer {
    func encodeNil() throws { try self.take(.null, for: JSONValue.null) }

    func encode<T: JSONScalar>(_ value: T) throws {
        try self.take(value.encoded(at: self.path), for: value)
    }

    // The protocol has defaults for these two, which would win over the generic method and throw.

    func encode(_ value: Int128) throws {
        try self.take(value.encoded(at: self.path), for: value)
    }

    func encode(_ value: UInt128) throws {
        try self.take(value.encoded(at: self.path), for: value)
    }

    func encode<T: Encodable>(_ value: T) throws { try value.encode(to: self) }
}
