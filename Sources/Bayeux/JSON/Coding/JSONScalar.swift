/// A Swift type that is one JSON word, number or string, with no decoder or encoder between.
protocol JSONScalar: Codable {
    /// Reads a value; the path is only made when that fails.
    ///
    /// - Throws: `DecodingError` when the value is of another kind or does not fit.
    static func decoded(from value: JSONValue, at path: @autoclosure () -> JSONCodingPath) throws -> Self

    /// Makes a value; the path is only made when that fails.
    ///
    /// - Throws: `EncodingError` when JSON has no word for it.
    func encoded(at path: @autoclosure () -> JSONCodingPath) throws -> JSONValue
}

extension JSONScalar {
    private static func doesNotFit(
        _ number: JSONNumber,
        at path: @autoclosure () -> JSONCodingPath
    ) -> DecodingError {
        // A peer may send a number of any length.
        let text = number.text.prefix(40)
        let description = "The JSON number \(text) does not fit in \(Self.self)."
        return .dataCorrupted(DecodingError.Context(codingPath: path().keys, debugDescription: description))
    }
}

extension Bool: JSONScalar {
    static func decoded(from value: JSONValue, at path: @autoclosure () -> JSONCodingPath) throws -> Bool {
        guard case .bool(let bool) = value else {
            throw DecodingError.mismatch(of: value, with: Self.self, at: path().keys)
        }
        return bool
    }

    func encoded(at path: @autoclosure () -> JSONCodingPath) -> JSONValue { .bool(self) }
}

extension String: JSONScalar {
    static func decoded(from value: JSONValue, at path: @autoclosure () -> JSONCodingPath) throws -> String {
        guard case .string(let text) = value else {
            throw DecodingError.mismatch(of: value, with: Self.self, at: path().keys)
        }
        return text
    }

    func encoded(at path: @autoclosure () -> JSONCodingPath) -> JSONValue { .string(self) }
}

// MARK: - Floating point

extension JSONScalar where Self: BinaryFloatingPoint & LosslessStringConvertible {
    fileprivate static func decodedNumber(
        from value: JSONValue,
        at path: @autoclosure () -> JSONCodingPath
    ) throws -> Self {
        guard case .number(let number) = value else {
            throw DecodingError.mismatch(of: value, with: Self.self, at: path().keys)
        }
        guard let result: Self = JSONNumber.finite(number.text) else { throw Self.doesNotFit(number, at: path()) }
        return result
    }

    fileprivate func encoded(_ number: JSONNumber?, at path: @autoclosure () -> JSONCodingPath) throws -> JSONValue {
        guard let number else {
            let description = "JSON has no word for \(self)."
            throw EncodingError.invalidValue(
                self,
                EncodingError.Context(codingPath: path().keys, debugDescription: description)
            )
        }
        return .number(number)
    }
}

extension Double: JSONScalar {
    static func decoded(from value: JSONValue, at path: @autoclosure () -> JSONCodingPath) throws -> Double {
        try self.decodedNumber(from: value, at: path())
    }

    func encoded(at path: @autoclosure () -> JSONCodingPath) throws -> JSONValue {
        try self.encoded(JSONNumber(self), at: path())
    }
}

extension Float: JSONScalar {
    static func decoded(from value: JSONValue, at path: @autoclosure () -> JSONCodingPath) throws -> Float {
        try self.decodedNumber(from: value, at: path())
    }

    func encoded(at path: @autoclosure () -> JSONCodingPath) throws -> JSONValue {
        try self.encoded(JSONNumber(self), at: path())
    }
}

// MARK: - Integers

extension JSONScalar where Self: FixedWidthInteger {
    static func decoded(from value: JSONValue, at path: @autoclosure () -> JSONCodingPath) throws -> Self {
        guard case .number(let number) = value else {
            throw DecodingError.mismatch(of: value, with: Self.self, at: path().keys)
        }
        guard let result = number.exactly(Self.self) else { throw Self.doesNotFit(number, at: path()) }
        return result
    }

    func encoded(at path: @autoclosure () -> JSONCodingPath) -> JSONValue { .number(JSONNumber(self)) }
}

extension Int: JSONScalar {}
extension Int8: JSONScalar {}
extension Int16: JSONScalar {}
extension Int32: JSONScalar {}
extension Int64: JSONScalar {}
extension Int128: JSONScalar {}
extension UInt: JSONScalar {}
extension UInt8: JSONScalar {}
extension UInt16: JSONScalar {}
extension UInt32: JSONScalar {}
extension UInt64: JSONScalar {}
extension UInt128: JSONScalar {}
