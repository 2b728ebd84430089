import NIOCore

// MARK: - Scalars

extension JSONBytes {
    /// Which of the six kinds the value is, told from the first byte.
    public var kind: JSONKind {
        self.buffer.withUnsafeReadableBytes { bytes in
            bytes.first.flatMap { JSONKind(firstByte: $0) } ?? .null
        }
    }

    /// Whether the value is `null`.
    public var isNull: Bool { self.kind == .null }

    /// The text with its escapes replaced, when the value is a string.
    public var stringValue: String? {
        self.buffer.withUnsafeReadableBytes { bytes in
            guard bytes.count >= 2, bytes[0] == 0x22 else { return nil }
            return String(unescapingJSON: UnsafeRawBufferPointer(rebasing: bytes[1..<bytes.count - 1]))
        }
    }

    /// The claim, when the value is `true` or `false`.
    public var boolValue: Bool? {
        self.buffer.withUnsafeReadableBytes { bytes in
            switch bytes.first {
            case 0x74: true
            case 0x66: false
            default: nil
            }
        }
    }

    /// The number, when the value is one without fraction and exponent that fits; `1.0` and `1e3` do not count.
    public var intValue: Int? { self.number?.int }

    /// The `Double` nearest to the number, when the value is one that is not too large.
    public var doubleValue: Double? { self.number?.double }

    /// The number, when the value is written with one to fifteen digits and nothing else: the quick way for most.
    var naturalNumber: Int? {
        self.buffer.withUnsafeReadableBytes { bytes in
            guard 1...15 ~= bytes.count else { return nil }
            var number = 0
            for byte in bytes {
                guard 0x30...0x39 ~= byte else { return nil }
                number = number * 10 + Int(byte - 0x30)
            }
            return number
        }
    }

    private var number: JSONNumber? {
        self.kind == .number ? JSONNumber(trusted: String(buffer: self.buffer)) : nil
    }
}

// MARK: - Containers

extension JSONBytes {
    /// The value of an object's member; `nil` when there is none of that name or the value is not an object.
    ///
    /// Of several members with the same name the last one counts. The value shares the bytes of the whole text.
    ///
    /// - Parameter key: The member's name.
    /// - Complexity: O(*n*) in the length of the text; only a name with escapes is decoded, and no value.
    public subscript(_ key: String) -> JSONBytes? {
        var key = key
        let slice = self.buffer.withUnsafeReadableBytes { bytes in
            key.withUTF8 { key in (try? Self.member(UnsafeRawBufferPointer(key), of: bytes)) ?? nil }
        }
        return slice.map { JSONBytes(trusted: self.buffer.slice(of: $0)) }
    }

    /// The elements of an array; none when the value is not an array.
    ///
    /// They share the bytes of the whole text.
    ///
    /// - Complexity: O(*n*) in the length of the text; no element is decoded.
    public func elements() -> [JSONBytes] {
        let slices = self.buffer.withUnsafeReadableBytes { bytes in (try? Self.elements(of: bytes)) ?? [] }
        return slices.map { JSONBytes(trusted: self.buffer.slice(of: $0)) }
    }

    private static func member(
        _ key: UnsafeRawBufferPointer,
        of bytes: UnsafeRawBufferPointer
    ) throws(ScanError) -> JSONSlice? {
        guard bytes.first == 0x7b else { return nil }
        // The depth was limited when the text was received.
        var scanner = JSONScanner(bytes, maxDepth: .max)
        scanner.index = 1
        var found: JSONSlice?
        guard try scanner.skipSpace() != 0x7d else { return nil }
        repeat {
            guard try scanner.skipSpace() == 0x22 else { throw scanner.malformed(scanner.index) }
            scanner.sawEscape = false
            let name = try scanner.string()
            let body = UnsafeRawBufferPointer(rebasing: bytes[(Int(name.start) + 1)..<(Int(name.end) - 1)])
            let isFound =
                scanner.sawEscape
                ? String(unescapingJSON: body).utf8.elementsEqual(key)
                : body.count == key.count && body.elementsEqual(key)
            try scanner.colon()
            let value = try scanner.value(depth: 1)
            if isFound { found = value }
        } while try scanner.skipComma()
        return found
    }

    private static func elements(of bytes: UnsafeRawBufferPointer) throws(ScanError) -> [JSONSlice] {
        guard bytes.first == 0x5b else { return [] }
        var scanner = JSONScanner(bytes, maxDepth: .max)
        scanner.index = 1
        var found: [JSONSlice] = []
        guard try scanner.skipSpace() != 0x5d else { return [] }
        repeat {
            found.append(try scanner.value(depth: 1))
        } while try scanner.skipComma()
        return found
    }
}

extension JSONScanner {
    /// Goes on behind an element of a container that has been checked; `false` at the container's end.
    fileprivate mutating func skipComma() throws(ScanError) -> Bool {
        defer { self.index &+= 1 }
        return try self.skipSpace() == 0x2c
    }
}
