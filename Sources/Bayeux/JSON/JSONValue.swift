public import NIOCore

/// A JSON value, decoded and ready to be looked into or changed.
///
/// Write one with literals and take it apart with subscripts:
///
/// ```swift
/// var news: JSONValue = ["title": "Rain", "tags": ["weather"], "views": 3]
/// let tag = news["tags"]?[0]?.stringValue
/// ```
///
/// Strings and names are equal when their bytes of UTF-8 are (RFC 8259, section 8.3), numbers when their texts are,
/// objects when they have equal members in any order.
public enum JSONValue: Sendable {
    /// The word `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as it is spelt.
    case number(JSONNumber)
    /// Text.
    case string(String)
    /// Values in order.
    case array([JSONValue])
    /// Members with names.
    case object(JSONObject)
}

// MARK: - Numbers

extension JSONValue {
    /// A number without fraction.
    ///
    /// - Parameter value: Any integer.
    public init(_ value: some BinaryInteger) {
        self = .number(JSONNumber(value))
    }

    /// A number with as many digits as it takes to read the same number again.
    ///
    /// - Parameter value: A number; `nil` results when it is infinite or not a number, which JSON cannot say.
    public init?(_ value: Double) {
        guard let number = JSONNumber(value) else { return nil }
        self = .number(number)
    }
}

// MARK: - Parsing

extension JSONValue {
    /// Parses a text, checking all of RFC 8259.
    ///
    /// - Parameters:
    ///   - text: One JSON value, perhaps with white space around it.
    ///   - maxDepth: How deep arrays and objects may be nested.
    /// - Throws: ``JSONError`` for the first thing that is wrong.
    /// - Complexity: O(*n*) in the length of the text.
    public init(parsing text: String, maxDepth: Int = 64) throws(JSONError) {
        try self.init(parsing: ByteBuffer(string: text), maxDepth: maxDepth)
    }

    /// Parses the readable bytes of a buffer, checking all of RFC 8259, UTF-8 included.
    ///
    /// - Parameters:
    ///   - buffer: One JSON value, perhaps with white space around it.
    ///   - maxDepth: How deep arrays and objects may be nested. Some hundreds are safe on any thread; the stack limits
    ///     how many more are.
    /// - Throws: ``JSONError`` for the first thing that is wrong.
    /// - Complexity: O(*n*) in the length of the text.
    public init(parsing buffer: ByteBuffer, maxDepth: Int = 64) throws(JSONError) {
        self = try JSONParser.parse(buffer, maxDepth: maxDepth)
    }
}

// MARK: - Looking inside

extension JSONValue {
    /// Which of the six kinds the value is.
    public var kind: JSONKind {
        switch self {
        case .null: .null
        case .bool: .bool
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// Whether the value is `null`.
    public var isNull: Bool { self.kind == .null }

    /// The text, when the value is a string.
    public var stringValue: String? {
        if case .string(let string) = self { string } else { nil }
    }

    /// The claim, when the value is `true` or `false`.
    public var boolValue: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }

    /// The number, when the value is one.
    public var numberValue: JSONNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The number, when the value is one without fraction and exponent that fits.
    public var intValue: Int? { self.numberValue?.int }

    /// The `Double` nearest to the number, when the value is one that is not too large.
    public var doubleValue: Double? { self.numberValue?.double }

    /// The elements, when the value is an array.
    public var arrayValue: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members, when the value is an object.
    public var objectValue: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The value of an object's member; `nil` when there is none of that name or the value is not an object.
    ///
    /// - Parameter key: The member's name.
    public subscript(key: String) -> JSONValue? { self.objectValue?[key] }

    /// An element of an array; `nil` when there are not so many or the value is not an array.
    ///
    /// - Parameter index: Counts the elements from 0.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}

// MARK: - Comparing

extension JSONValue: Hashable {
    /// Whether both are of the same kind and equal, by the rules that ``JSONValue`` states.
    public static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.hasSameUTF8(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _): false
        }
    }

    /// Feeds kind and content to a hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.kind)
        switch self {
        case .null: break
        case .bool(let bool): hasher.combine(bool)
        case .number(let number): hasher.combine(number)
        case .string(let string): string.hashUTF8(into: &hasher)
        case .array(let elements): hasher.combine(elements)
        case .object(let object): hasher.combine(object)
        }
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as JSON text, without white space.
    public var description: String { JSONBytes(self).description }
}
