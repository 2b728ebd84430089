extension JSONValue: Codable {
    /// Takes any value over from a decoder.
    ///
    /// Decoders of other modules hand numbers over as Swift numbers: the spelling is lost.
    ///
    /// - Parameter decoder: Where the value comes from.
    /// - Throws: What the decoder throws.
    public init(from decoder: any Decoder) throws {
        if let decoder = decoder as? JSONValueDecoder {
            self = decoder.value
        } else if let container = try? decoder.container(keyedBy: JSONCodingKey.self) {
            var object = JSONObject()
            for key in container.allKeys {
                object.set(try container.decode(JSONValue.self, forKey: key), for: key.stringValue)
            }
            self = .object(object)
        } else if var container = try? decoder.unkeyedContainer() {
            var elements: [JSONValue] = []
            while !container.isAtEnd { elements.append(try container.decode(JSONValue.self)) }
            self = .array(elements)
        } else {
            self = try Self.scalar(in: decoder.singleValueContainer())
        }
    }

    private static func scalar(in container: any SingleValueDecodingContainer) throws -> JSONValue {
        if container.decodeNil() { return .null }
        if let bool = try? container.decode(Bool.self) { return .bool(bool) }
        if let integer = try? container.decode(Int64.self) { return .number(JSONNumber(integer)) }
        if let integer = try? container.decode(UInt64.self) { return .number(JSONNumber(integer)) }
        if let double = try? container.decode(Double.self), let number = JSONNumber(double) { return .number(number) }
        return .string(try container.decode(String.self))
    }

    /// Hands the value over to an encoder.
    ///
    /// Encoders of other modules get numbers as Swift numbers: the spelling is lost.
    ///
    /// - Parameter encoder: Where the value goes.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        if let encoder = encoder as? JSONValueEncoder { return try encoder.take(self, for: self) }
        switch self {
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let bool):
            try bool.encode(to: encoder)
        case .number(let number):
            try Self.encode(number, to: encoder)
        case .string(let string):
            try string.encode(to: encoder)
        case .array(let elements):
            try elements.encode(to: encoder)
        case .object(let object):
            var container = encoder.container(keyedBy: JSONCodingKey.self)
            for member in object {
                try container.encode(member.value, forKey: JSONCodingKey(stringValue: member.key))
            }
        }
    }

    private static func encode(_ number: JSONNumber, to encoder: any Encoder) throws {
        if let integer: Int64 = number.exactly() {
            try integer.encode(to: encoder)
        } else if let integer: UInt64 = number.exactly() {
            try integer.encode(to: encoder)
        } else if let double = number.double {
            try double.encode(to: encoder)
        } else {
            let description = "The JSON number is too large for a Double."
            throw EncodingError.invalidValue(
                number,
                EncodingError.Context(codingPath: encoder.codingPath, debugDescription: description)
            )
        }
    }
}
