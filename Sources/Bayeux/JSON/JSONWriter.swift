/// Writes JSON into memory whose size was reckoned beforehand, so that a value costs one growth of its buffer.
struct JSONWriter {
    private var output: GatheredBytes
    /// How many bytes have been written.
    var count: Int { self.output.count }

    /// Writes to memory that has room for what ``size(of:)`` says.
    init(_ output: UnsafeMutableRawBufferPointer) {
        self.output = GatheredBytes(output)
    }

    private mutating func write(_ byte: UInt8) { self.output.append(byte) }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) { self.output.append(bytes) }

    private mutating func write(_ text: StaticString) { self.output.append(text) }
}

// MARK: - Values

extension JSONWriter {
    /// The number of bytes that ``write(value:)`` writes.
    static func size(of value: JSONValue) -> Int {
        switch value {
        case .null, .bool(true): return 4
        case .bool(false): return 5
        case .number(let number): return number.text.utf8.count
        case .string(let string): return self.size(of: string)
        case .array(let elements):
            // Brackets and commas are as many as elements and one, but at least two.
            return elements.reduce(max(2, elements.count + 1)) { $0 + self.size(of: $1) }
        case .object(let object):
            return object.reduce(max(2, object.count * 2 + 1)) { $0 + self.size(of: $1.key) + self.size(of: $1.value) }
        }
    }

    /// Writes a value without white space, objects in the order of their members.
    mutating func write(value: JSONValue) {
        switch value {
        case .null: self.write("null")
        case .bool(true): self.write("true")
        case .bool(false): self.write("false")
        case .number(let number): number.text.withUTF8Bytes { self.write($0) }
        case .string(let string): string.withUTF8Bytes { self.write(string: $0) }
        case .array(let elements):
            self.write(0x5b)
            for (index, element) in elements.enumerated() {
                if index > 0 { self.write(0x2c) }
                self.write(value: element)
            }
            self.write(0x5d)
        case .object(let object):
            self.write(0x7b)
            for (index, member) in object.enumerated() {
                if index > 0 { self.write(0x2c) }
                member.key.withUTF8Bytes { self.write(string: $0) }
                self.write(0x3a)
                self.write(value: member.value)
            }
            self.write(0x7d)
        }
    }

    private static func size(of string: String) -> Int {
        string.withUTF8Bytes { self.size(of: $0) }
    }
}

// MARK: - Strings

extension JSONWriter {
    /// The number of bytes that ``write(string:)`` writes.
    static func size(of string: UnsafeRawBufferPointer) -> Int {
        var size = string.count + 2
        var position = self.endOfPlainBytes(in: string, from: 0)
        while position < string.count {
            size += (self.shortEscape(for: string[position]) == nil ? 6 : 2) - 1
            position = self.endOfPlainBytes(in: string, from: position + 1)
        }
        return size
    }

    /// Writes a string, quotes included.
    ///
    /// - Parameter string: UTF-8 without quotes and escapes.
    mutating func write(string: UnsafeRawBufferPointer) {
        self.write(0x22)
        var start = 0
        while true {
            let end = Self.endOfPlainBytes(in: string, from: start)
            self.write(UnsafeRawBufferPointer(rebasing: string[start..<end]))
            guard end < string.count else { break }
            self.writeEscape(for: string[end])
            start = end + 1
        }
        self.write(0x22)
    }

    /// Writes a string of which nothing must be escaped, as its size has shown.
    mutating func write(plainString string: UnsafeRawBufferPointer) {
        self.write(0x22)
        self.write(string)
        self.write(0x22)
    }

    private mutating func writeEscape(for byte: UInt8) {
        if let letter = Self.shortEscape(for: byte) {
            self.write(0x5c)
            self.write(letter)
        } else {
            self.write(byte < 0x10 ? "\\u000" : "\\u001")
            let digit = byte & 0x0f
            self.write(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }

    /// The letter behind the backslash, for what has an escape of two bytes.
    private static func shortEscape(for byte: UInt8) -> UInt8? {
        switch byte {
        case 0x08: 0x62
        case 0x09: 0x74
        case 0x0a: 0x6e
        case 0x0c: 0x66
        case 0x0d: 0x72
        case 0x22, 0x5c: byte
        default: nil
        }
    }

    /// Where the next byte is that must be escaped; the count when there is none.
    private static func endOfPlainBytes(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var position = start
        while position + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let special = self.bytesToEscape(in: word)
            if special != 0 { return position + special.trailingZeroBitCount >> 3 }
            position += 8
        }
        while position < bytes.count, !self.mustEscape(bytes[position]) { position += 1 }
        return position
    }

    /// The high bit of the first byte that must be escaped; bits behind that one mean nothing.
    private static func bytesToEscape(in word: UInt64) -> UInt64 {
        let low: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ 0x2222_2222_2222_2222
        let backslash = word ^ 0x5c5c_5c5c_5c5c_5c5c
        let mask =
            ((quote &- low) & ~quote) | ((backslash &- low) & ~backslash) | ((word &- 0x2020_2020_2020_2020) & ~word)
        return mask & 0x8080_8080_8080_8080
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x22 || byte == 0x5c
    }
}
