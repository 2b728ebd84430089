extension String {
    /// Reads the inside of a JSON string that has been checked, without its quotes.
    ///
    /// - Parameter body: The bytes between the quotes. Bytes that were not checked give a wrong string, never a trap.
    init(unescapingJSON body: UnsafeRawBufferPointer) {
        guard body.contains(0x5c) else {
            self.init(decoding: body, as: UTF8.self)
            return
        }
        // No escape is shorter than what it stands for.
        self.init(unsafeUninitializedCapacity: body.count) { output in
            var writer = EscapeReader(body: body, output: output)
            return writer.run()
        }
    }
}

/// Copies the inside of a JSON string and replaces its escapes.
private struct EscapeReader {
    let body: UnsafeRawBufferPointer
    let output: UnsafeMutableBufferPointer<UInt8>
    var read = 0
    var written = 0

    init(body: UnsafeRawBufferPointer, output: UnsafeMutableBufferPointer<UInt8>) {
        self.body = body
        self.output = output
    }

    /// Returns the number of bytes written.
    mutating func run() -> Int {
        while self.read < self.body.count {
            let byte = self.body[self.read]
            self.read += 1
            if byte == 0x5c, self.read < self.body.count {
                self.escape()
            } else {
                self.write(byte)
            }
        }
        return self.written
    }

    /// Replaces one escape, from the byte behind the backslash.
    private mutating func escape() {
        let byte = self.body[self.read]
        self.read += 1
        switch byte {
        case 0x62: self.write(0x08)
        case 0x66: self.write(0x0c)
        case 0x6e: self.write(0x0a)
        case 0x72: self.write(0x0d)
        case 0x74: self.write(0x09)
        case 0x75: self.codePoint()
        default: self.write(byte)
        }
    }

    /// Replaces one code unit, or two that are a surrogate pair, from the first digit.
    private mutating func codePoint() {
        guard let unit = self.codeUnit(at: self.read) else { return }
        self.read += 4
        var code = unit
        if unit & 0xfc00 == 0xd800, let low = self.codeUnit(at: self.read + 2), low & 0xfc00 == 0xdc00 {
            self.read += 6
            code = 0x10000 + (unit & 0x3ff) << 10 + low & 0x3ff
        }
        for byte in (Unicode.Scalar(code) ?? "\u{fffd}").utf8 { self.write(byte) }
    }

    /// The value of four hexadecimal digits.
    private func codeUnit(at start: Int) -> UInt32? {
        guard start + 4 <= self.body.count else { return nil }
        var unit: UInt32 = 0
        for byte in self.body[start..<start + 4] {
            // The low four bits of a letter count from one.
            let digit = byte < 0x3a ? byte & 0x0f : byte & 0x0f &+ 9
            unit = unit << 4 | UInt32(digit & 0x0f)
        }
        return unit
    }

    private mutating func write(_ byte: UInt8) {
        guard self.written < self.output.count else { return }
        self.output[self.written] = byte
        self.written += 1
    }
}
