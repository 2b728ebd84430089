package import NIOCore

/// Finds the messages of a received text and the fields of their envelopes.
///
/// One pass over the bytes checks the whole text and notes where each field lies; `data` and `ext` are checked but
/// stay as they are. About 55 ns for a publish of 146 bytes (`docs/performance.md`).
package struct BatchScanner {
    /// What a text turned out to be.
    package enum Shape: Hashable, Sendable {
        /// An array, of any number of values.
        case array
        /// One object, which counts as an array of one.
        case object
        /// The word `null`, which CometD takes for an empty request.
        case null
    }

    private var scanner: JSONScanner
    private let limits: ScanLimits

    private init(_ bytes: UnsafeRawBufferPointer, limits: ScanLimits) {
        self.scanner = JSONScanner(bytes, maxDepth: limits.maxDepth)
        self.limits = limits
    }

    /// Scans the readable bytes of a buffer.
    ///
    /// - Parameters:
    ///   - buffer: A whole JSON text; offsets in the envelopes count from its reader index. At most 4 GiB.
    ///   - limits: What the text may cost.
    ///   - envelopes: Emptied, then filled with one envelope for each value of the batch, in order.
    /// - Returns: What the text is.
    /// - Throws: ``ScanError`` for the first thing that is wrong; `envelopes` is of no use then.
    package static func scan(
        _ buffer: ByteBuffer,
        limits: ScanLimits = ScanLimits(),
        into envelopes: inout ContiguousArray<MessageEnvelope>
    ) throws(ScanError) -> Shape {
        envelopes.removeAll(keepingCapacity: true)
        let result = buffer.withUnsafeReadableBytes { bytes -> Result<Shape, ScanError> in
            var scanner = BatchScanner(bytes, limits: limits)
            do throws(ScanError) {
                return .success(try scanner.batch(into: &envelopes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private mutating func batch(into envelopes: inout ContiguousArray<MessageEnvelope>) throws(ScanError) -> Shape {
        let shape: Shape
        switch try self.scanner.skipSpace() {
        case 0x7b:
            envelopes.append(MessageEnvelope())
            try self.message(depth: 1, into: &envelopes[0])
            shape = .object
        case 0x5b:
            self.scanner.index &+= 1
            try self.elements(into: &envelopes)
            shape = .array
        default:
            let value = try self.scanner.value(depth: 0)
            // Of the values that are no containers, only `null` starts with an n.
            guard self.scanner.base[Int(value.start)] == 0x6e else {
                throw ScanError(reason: .notABatch, offset: Int(value.start))
            }
            shape = .null
        }
        self.scanner.skipTrailingSpace()
        guard self.scanner.index == self.scanner.count else { throw self.scanner.malformed(self.scanner.index) }
        return shape
    }

    @inline(__always)
    private mutating func elements(into envelopes: inout ContiguousArray<MessageEnvelope>) throws(ScanError) {
        var byte = try self.scanner.skipSpace()
        if byte == 0x5d {
            self.scanner.index &+= 1
            return
        }
        while true {
            guard envelopes.count < self.limits.maxMessages else {
                throw ScanError(reason: .tooManyMessages, offset: self.scanner.index)
            }
            envelopes.append(MessageEnvelope())
            if byte == 0x7b {
                try self.message(depth: 2, into: &envelopes[envelopes.count - 1])
            } else {
                envelopes[envelopes.count - 1].whole = try self.scanner.value(depth: 1)
            }
            byte = try self.scanner.skipSpace()
            self.scanner.index &+= 1
            if byte == 0x5d { return }
            guard byte == 0x2c else { throw self.scanner.malformed(self.scanner.index &- 1) }
            byte = try self.scanner.skipSpace()
        }
    }

    /// Reads one message; `depth` counts its own braces too.
    @inline(__always)
    private mutating func message(depth: Int, into envelope: inout MessageEnvelope) throws(ScanError) {
        envelope.isObject = true
        let start = self.scanner.index
        guard depth <= self.limits.maxDepth else { throw ScanError(reason: .tooDeep, offset: start) }
        self.scanner.index &+= 1
        var byte = try self.scanner.skipSpace()
        if byte == 0x7d {
            self.scanner.index &+= 1
            envelope.whole = JSONSlice(start, self.scanner.index)
            return
        }
        while true {
            guard byte == 0x22 else { throw self.scanner.malformed(self.scanner.index) }
            self.scanner.sawEscape = false
            let key = try self.scanner.string()
            let keyIsEscaped = self.scanner.sawEscape
            try self.scanner.colon()
            let value = try self.scanner.value(depth: depth)
            if keyIsEscaped {
                self.note(value, forEscapedKey: key, in: &envelope)
            } else {
                self.note(value, for: key, in: &envelope)
            }
            byte = try self.scanner.skipSpace()
            self.scanner.index &+= 1
            if byte == 0x7d { break }
            guard byte == 0x2c else { throw self.scanner.malformed(self.scanner.index &- 1) }
            byte = try self.scanner.skipSpace()
        }
        envelope.whole = JSONSlice(start, self.scanner.index)
    }
}

// MARK: - Fields by their keys

extension BatchScanner {
    /// Notes the value of a key that is spelt without escapes, told by its length and letters.
    @inline(__always)
    private func note(_ value: JSONSlice, for key: JSONSlice, in envelope: inout MessageEnvelope) {
        let letters = Int(key.start) &+ 1
        let isRepeated: Bool
        switch Int(key.end) &- letters &- 1 {
        case 2 where self.scanner.base[letters] == 0x69 && self.scanner.base[letters &+ 1] == 0x64:
            envelope.idKey = key.start
            isRepeated = Self.replace(&envelope.id, with: value)
        case 3 where self.scanner.load32(letters) & 0x00ff_ffff == 0x74_7865:
            isRepeated = Self.replace(&envelope.ext, with: value)
        case 4 where self.scanner.load32(letters) == 0x6174_6164:
            isRepeated = Self.replace(&envelope.data, with: value)
        case 5 where self.scanner.load32(letters) == 0x6f72_7265 && self.scanner.base[letters &+ 4] == 0x72:
            isRepeated = Self.replace(&envelope.error, with: value)
        case 6 where self.scanner.load32(letters) == 0x6976_6461 && self.scanner.load32(letters &+ 2) == 0x6563_6976:
            isRepeated = Self.replace(&envelope.advice, with: value)
        case 7 where self.scanner.load32(letters) == 0x6e61_6863 && self.scanner.load32(letters &+ 3) == 0x6c65_6e6e:
            isRepeated = Self.replace(&envelope.channel, with: value)
        case 7 where self.scanner.load32(letters) == 0x7372_6576 && self.scanner.load32(letters &+ 3) == 0x6e6f_6973:
            isRepeated = Self.replace(&envelope.version, with: value)
        case 8 where self.scanner.load64(letters) == 0x6449_746e_6569_6c63:
            envelope.clientIDKey = key.start
            isRepeated = Self.replace(&envelope.clientID, with: value)
        case 9...:
            self.noteLong(value, for: key, in: &envelope)
            return
        default:
            return
        }
        if isRepeated { envelope.hasDuplicates = true }
    }

    /// Sets a field.
    ///
    /// - Returns: Whether the field was set already.
    @inline(__always)
    private static func replace(_ slot: inout JSONSlice, with value: JSONSlice) -> Bool {
        let wasSet = !slot.isEmpty
        slot = value
        return wasSet
    }

    /// The keys of nine letters and more, none of which a publish has.
    @inline(never)
    private func noteLong(_ value: JSONSlice, for key: JSONSlice, in envelope: inout MessageEnvelope) {
        let name = UnsafeBufferPointer(
            start: self.scanner.base + Int(key.start) + 1,
            count: Int(key.end) - Int(key.start) - 2
        )
        let field: MessageField? =
            switch name.count {
            case 9 where name.elementsEqual("timestamp".utf8): .timestamp
            case 10 where name.elementsEqual("successful".utf8): .successful
            case 12 where name.elementsEqual("subscription".utf8): .subscription
            case 14 where name.elementsEqual("connectionType".utf8): .connectionType
            case 14 where name.elementsEqual("minimumVersion".utf8): .minimumVersion
            case 24 where name.elementsEqual("supportedConnectionTypes".utf8): .supportedConnectionTypes
            default: nil
            }
        guard let field else { return }
        if Self.replace(&envelope[field], with: value) { envelope.hasDuplicates = true }
    }

    /// A key that hides its letters behind escapes is the same key: otherwise `"client\u0049d"` would be relayed.
    @inline(never)
    private func note(_ value: JSONSlice, forEscapedKey key: JSONSlice, in envelope: inout MessageEnvelope) {
        let text = UnsafeBufferPointer(start: self.scanner.base + Int(key.start), count: key.range.count)
        guard let name = JSONBytes(trusted: ByteBuffer(bytes: text)).stringValue,
            let field = MessageField(rawValue: name)
        else { return }
        if field == .id { envelope.idKey = key.start }
        if field == .clientID { envelope.clientIDKey = key.start }
        if Self.replace(&envelope[field], with: value) { envelope.hasDuplicates = true }
    }
}
