public import Bayeux

/// A filter that looks at the parts of a payload one by one.
///
/// It passes each value to the function for its kind, elements and members included, and puts together what they
/// return; names of members and `null` stay as they are. Implement the functions for the kinds that matter:
///
/// ```swift
/// struct Lowercase: JSONDataFilter {
///     func filterString(_ string: String) -> JSONValue { .string(string.lowercased()) }
/// }
/// ```
///
/// Nesting costs recursion: as deep as `maxDepth` lets clients send.
///
/// - SeeAlso: CometD 3.1, `JSONDataFilter`; REQUIREMENTS X7.
public protocol JSONDataFilter: DataFilter {
    /// Filters a string; the default keeps it.
    func filterString(_ string: String) throws -> JSONValue

    /// Filters a number; the default keeps it.
    func filterNumber(_ number: JSONNumber) throws -> JSONValue

    /// Filters `true` or `false`; the default keeps it.
    func filterBool(_ bool: Bool) throws -> JSONValue

    /// Filters an array; the default filters its elements.
    func filterArray(_ elements: [JSONValue]) throws -> JSONValue

    /// Filters an object; the default filters the values of its members.
    func filterObject(_ object: JSONObject) throws -> JSONValue
}

extension JSONDataFilter {
    /// Filters a payload, part by part.
    public func filter(_ data: JSONValue, from session: ServerSession?, channel: ChannelID) throws -> JSONValue {
        try self.filterValue(data)
    }

    /// Filters a value by the function for its kind.
    public func filterValue(_ value: JSONValue) throws -> JSONValue {
        switch value {
        case .null: .null
        case .bool(let bool): try self.filterBool(bool)
        case .number(let number): try self.filterNumber(number)
        case .string(let string): try self.filterString(string)
        case .array(let elements): try self.filterArray(elements)
        case .object(let object): try self.filterObject(object)
        }
    }

    /// Keeps the string.
    public func filterString(_ string: String) throws -> JSONValue { .string(string) }

    /// Keeps the number.
    public func filterNumber(_ number: JSONNumber) throws -> JSONValue { .number(number) }

    /// Keeps the bool.
    public func filterBool(_ bool: Bool) throws -> JSONValue { .bool(bool) }

    /// Filters the elements.
    public func filterArray(_ elements: [JSONValue]) throws -> JSONValue {
        .array(try elements.map(self.filterValue))
    }

    /// Filters the values of the members.
    public func filterObject(_ object: JSONObject) throws -> JSONValue {
        .object(
            JSONObject(
                try object.map { JSONObject.Member(key: $0.key, value: try self.filterValue($0.value)) }
            )
        )
    }
}
