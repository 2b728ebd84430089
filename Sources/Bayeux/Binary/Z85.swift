public import NIOCore

/// Bytes as text of 85 characters, none of which JSON must escape: four bytes become five characters.
///
/// ZeroMQ's Z85 with CometD's rule for other lengths: one to three bytes at the end become two to four characters, the
/// ones that five would begin with if zeros followed. Reading supplies `#`, the highest digit, for what was left out;
/// what the last character says beyond the last byte is ignored.
///
/// - SeeAlso: ZeroMQ RFC 32; the package cometd-Z85; REQUIREMENTS N3.
public enum Z85 {
    /// Encodes bytes.
    ///
    /// - Parameter bytes: Any number of bytes; the readable ones count.
    /// - Returns: Five characters for each four bytes; *n* bytes that are left become *n* + 1 characters.
    /// - Complexity: O(*n*) in the number of bytes.
    public static func encode(_ bytes: ByteBuffer) -> String {
        bytes.withUnsafeReadableBytes { bytes in
            String(unsafeUninitializedCapacity: self.encodedCount(of: bytes.count)) { output in
                self.encode(bytes, into: UnsafeMutableRawBufferPointer(output))
            }
        }
    }

    /// Decodes a text.
    ///
    /// - Parameter text: What ``encode(_:)`` makes, without space or line breaks.
    /// - Returns: The bytes, four fifths of the text's length.
    /// - Throws: ``Z85Error`` for the first thing that is wrong.
    /// - Complexity: O(*n*) in the length of the text.
    public static func decode(_ text: String) throws(Z85Error) -> ByteBuffer {
        try text.withUTF8Bytes { text in Result { () throws(Z85Error) in try self.decode(text) } }.get()
    }
}

// MARK: - Encoding

extension Z85 {
    /// The alphabet: a digit's place is its value.
    private static let alphabet: StaticString =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"

    /// How many characters a number of bytes becomes.
    static func encodedCount(of count: Int) -> Int {
        let rest = count & 3
        return count / 4 * 5 + (rest == 0 ? 0 : rest + 1)
    }

    /// Encodes bytes into memory that has room for ``encodedCount(of:)`` characters.
    ///
    /// - Returns: The number of characters.
    static func encode(_ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
        guard output.count >= self.encodedCount(of: bytes.count) else {
            assertionFailure("no room")
            return 0
        }
        let digits = self.alphabet.utf8Start
        var read = 0
        var written = 0
        while read &+ 4 <= bytes.count {
            var number = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: read, as: UInt32.self))
            for place in stride(from: 4, through: 0, by: -1) {
                let (quotient, digit) = number.quotientAndRemainder(dividingBy: 85)
                output[written &+ place] = digits[Int(digit)]
                number = quotient
            }
            read &+= 4
            written &+= 5
        }
        let rest = bytes.count &- read
        guard rest > 0 else { return written }
        var number: UInt32 = 0
        for place in 0..<4 { number = number << 8 | (place < rest ? UInt32(bytes[read &+ place]) : 0) }
        for place in stride(from: 4, through: 0, by: -1) {
            let (quotient, digit) = number.quotientAndRemainder(dividingBy: 85)
            if place <= rest { output[written &+ place] = digits[Int(digit)] }
            number = quotient
        }
        return written &+ rest &+ 1
    }
}

// MARK: - Decoding

extension Z85 {
    /// No digit has this value, nor its highest bit.
    private static let noDigit: UInt8 = 0xff

    /// The value of each byte as a digit.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: Self.noDigit, count: 256)
        Self.alphabet.withUTF8Buffer { alphabet in
            for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        }
        return values
    }()

    /// Decodes the bytes of a text.
    static func decode(_ text: UnsafeRawBufferPointer) throws(Z85Error) -> ByteBuffer {
        let rest = text.count % 5
        guard rest != 1 else { throw Z85Error(.truncated, offset: text.count) }
        var buffer = ByteBuffer()
        var failure: Z85Error?
        let count = text.count / 5 * 4 + max(0, rest - 1)
        guard count > 0 else { return buffer }
        self.values.withUnsafeBufferPointer { values in
            _ = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { output in
                do throws(Z85Error) {
                    try self.decode(text, values, into: output)
                    return count
                } catch {
                    failure = error
                    return 0
                }
            }
        }
        if let failure { throw failure }
        return buffer
    }

    private static func decode(
        _ text: UnsafeRawBufferPointer,
        _ values: UnsafeBufferPointer<UInt8>,
        into output: UnsafeMutableRawBufferPointer
    ) throws(Z85Error) {
        var read = 0
        var written = 0
        while read &+ 5 <= text.count {
            var number: UInt64 = 0
            var seen: UInt8 = 0
            for place in 0..<5 {
                let value = values[Int(text[read &+ place])]
                seen |= value
                number = number &* 85 &+ UInt64(value)
            }
            guard seen < 0x80, let word = UInt32(exactly: number) else {
                throw self.fault(in: text, values, group: read..<read + 5)
            }
            output.storeBytes(of: word.bigEndian, toByteOffset: written, as: UInt32.self)
            read &+= 5
            written &+= 4
        }
        let rest = text.count &- read
        guard rest > 1 else { return }
        var number: UInt64 = 0
        var seen: UInt8 = 0
        for place in 0..<5 {
            let value = place < rest ? values[Int(text[read &+ place])] : 84
            seen |= value
            number = number &* 85 &+ UInt64(value)
        }
        guard seen < 0x80, let word = UInt32(exactly: number) else {
            throw self.fault(in: text, values, group: read..<text.count)
        }
        for place in 0..<(rest &- 1) {
            output[written &+ place] = UInt8(truncatingIfNeeded: word >> UInt32(24 &- 8 &* place))
        }
    }

    /// What is wrong with a group of characters that could not be read.
    private static func fault(
        in text: UnsafeRawBufferPointer,
        _ values: UnsafeBufferPointer<UInt8>,
        group: Range<Int>
    ) -> Z85Error {
        guard let place = group.first(where: { values[Int(text[$0])] == self.noDigit }) else {
            return Z85Error(.groupTooLarge, offset: group.lowerBound)
        }
        return Z85Error(.illegalCharacter, offset: place)
    }
}
