import NIOCore

/// Builds values from a text; the grammar itself is ``JSONScanner``'s.
///
/// Containers wait on a list while an inner one is read, so that depth costs no recursion.
struct JSONParser {
    /// A container that waits for the end of one inside it.
    private enum OuterContainer {
        case array([JSONValue])
        case object(JSONObject, key: String)
    }

    private let bytes: UnsafeRawBufferPointer
    private var scanner: JSONScanner
    private let maxDepth: Int

    private init(_ bytes: UnsafeRawBufferPointer, maxDepth: Int) {
        self.bytes = bytes
        self.scanner = JSONScanner(bytes, maxDepth: maxDepth)
        self.maxDepth = maxDepth
    }

    /// Parses the readable bytes of a buffer: one value, perhaps with white space around it.
    ///
    /// - Throws: ``JSONError`` for the first thing that is wrong.
    static func parse(_ buffer: ByteBuffer, maxDepth: Int) throws(JSONError) -> JSONValue {
        let result = buffer.withUnsafeReadableBytes { bytes -> Result<JSONValue, JSONError> in
            var parser = JSONParser(bytes, maxDepth: maxDepth)
            do throws(ScanError) {
                return .success(try parser.text())
            } catch {
                return .failure(JSONError(error))
            }
        }
        return try result.get()
    }

    private mutating func text() throws(ScanError) -> JSONValue {
        let value = try self.value()
        self.scanner.skipTrailingSpace()
        guard self.scanner.index == self.scanner.count else { throw self.scanner.malformed(self.scanner.index) }
        return value
    }

    private mutating func value() throws(ScanError) -> JSONValue {
        // The innermost open container is kept in variables of its own, the ones around it in `outer`.
        var outer: [OuterContainer] = []
        var depth = 0
        var isObject = false
        var elements: [JSONValue] = []
        var object = JSONObject()
        var key = ""

        var first = try self.scanner.skipSpace()
        while true {
            var value: JSONValue
            if first == 0x7b || first == 0x5b {
                guard depth < self.maxDepth else {
                    throw ScanError(reason: .tooDeep, offset: self.scanner.index)
                }
                let opensObject = first == 0x7b
                self.scanner.index &+= 1
                first = try self.scanner.skipSpace()
                guard first == (opensObject ? 0x7d : 0x5d) else {
                    if depth > 0 { outer.append(isObject ? .object(object, key: key) : .array(elements)) }
                    depth += 1
                    isObject = opensObject
                    elements = []
                    object = JSONObject()
                    if isObject { (key, first) = try self.keyAndColon(first) }
                    continue
                }
                self.scanner.index &+= 1
                value = opensObject ? .object(JSONObject()) : .array([])
            } else {
                value = try self.scalar(first)
            }

            // The value is complete, and so may be the containers that it ends.
            while true {
                guard depth > 0 else { return value }
                if isObject { object.set(value, for: key) } else { elements.append(value) }
                let next = try self.scanner.skipSpace()
                self.scanner.index &+= 1
                if next == 0x2c {
                    first = try self.scanner.skipSpace()
                    if isObject { (key, first) = try self.keyAndColon(first) }
                    break
                }
                guard next == (isObject ? 0x7d : 0x5d) else {
                    throw self.scanner.malformed(self.scanner.index &- 1)
                }
                value = isObject ? .object(object) : .array(elements)
                depth -= 1
                switch outer.popLast() {
                case .array(let outerElements):
                    isObject = false
                    elements = outerElements
                case .object(let outerObject, key: let outerKey):
                    isObject = true
                    object = outerObject
                    key = outerKey
                case nil: break
                }
            }
        }
    }

    /// Reads a member's name and colon; `first` is the byte at hand, the result's the first one of the value.
    private mutating func keyAndColon(_ first: UInt8) throws(ScanError) -> (String, UInt8) {
        guard first == 0x22 else { throw self.scanner.malformed(self.scanner.index) }
        let key = try self.string()
        try self.scanner.colon()
        return (key, try self.scanner.skipSpace())
    }

    private mutating func scalar(_ first: UInt8) throws(ScanError) -> JSONValue {
        if first == 0x22 { return .string(try self.string()) }
        let slice = try self.scanner.value(depth: 0)
        switch first {
        case 0x6e: return .null
        case 0x74: return .bool(true)
        case 0x66: return .bool(false)
        // The scanner accepts nothing but numbers besides.
        default: return .number(JSONNumber(trusted: self.decode(slice.range)))
        }
    }

    private mutating func string() throws(ScanError) -> String {
        self.scanner.sawEscape = false
        let slice = try self.scanner.string()
        let body = (Int(slice.start) + 1)..<(Int(slice.end) - 1)
        guard self.scanner.sawEscape else { return self.decode(body) }
        return String(unescapingJSON: UnsafeRawBufferPointer(rebasing: self.bytes[body]))
    }

    private func decode(_ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: self.bytes[range]), as: UTF8.self)
    }
}
