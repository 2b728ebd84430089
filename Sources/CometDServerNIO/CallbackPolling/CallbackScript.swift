import NIOCore

/// The answers of callback-polling: a script that calls a function of the page with the messages.
enum CallbackScript {
    /// Whether a function's name may be written into a script.
    ///
    /// - SeeAlso: CometD 3.1.14, `AbstractJSONPTransport`: `[a-zA-Z0-9._\-]+`.
    static func isFunctionName(_ name: String, maxLength: Int) -> Bool {
        guard !name.isEmpty, name.utf8.count <= maxLength else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default:
                false
            }
        }
    }

    /// The script; U+2028 and U+2029, which end a line in old JavaScript but not in JSON, are escaped.
    static func encode(_ json: ByteBuffer, calling function: String) -> ByteBuffer {
        var script = ByteBuffer()
        script.reserveCapacity(function.utf8.count + json.readableBytes + 2)
        script.writeString(function)
        script.writeStaticString("(")
        json.withUnsafeReadableBytes { bytes in
            var start = 0
            // Both are E2 80 A8 or E2 80 A9 and stand within strings only.
            while let position = Self.lineSeparator(in: bytes, from: start) {
                script.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
                script.writeStaticString(bytes[position + 2] == 0xa8 ? "\\u2028" : "\\u2029")
                start = position + 3
            }
            script.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
        script.writeStaticString(")")
        return script
    }

    private static func lineSeparator(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var position = start
        while position + 2 < bytes.count {
            if bytes[position] == 0xe2, bytes[position + 1] == 0x80, bytes[position + 2] & 0xfe == 0xa8 {
                return position
            }
            position += 1
        }
        return nil
    }
}
