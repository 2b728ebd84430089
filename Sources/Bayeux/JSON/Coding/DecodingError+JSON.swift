extension DecodingError {
    /// A value is of another kind than the type asks for; for `null`, that there is no value.
    static func mismatch(of value: JSONValue, with type: Any.Type, at path: [any CodingKey]) -> DecodingError {
        let description = "Expected \(type) but found \(value.kind)."
        let context = Context(codingPath: path, debugDescription: description)
        return value.isNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }
}
