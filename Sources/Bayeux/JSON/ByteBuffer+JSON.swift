package import NIOCore

extension ByteBuffer {
    /// Writes a string as JSON, quotes included.
    ///
    /// Only what must be escaped is: quotes, backslashes and control characters. All else leaves as UTF-8, U+2028 and
    /// U+2029 too, so the result is JSON but not safe to paste into old JavaScript.
    package mutating func writeJSONString(_ string: some StringProtocol) {
        string.withUTF8Bytes { self.writeJSONString(utf8: $0) }
    }

    /// Writes a string as JSON, quotes included.
    ///
    /// The same as for any other string, but twice as fast: other modules call the generic one unspecialised.
    package mutating func writeJSONString(_ string: String) {
        string.withUTF8Bytes { self.writeJSONString(utf8: $0) }
    }

    /// Writes a value as JSON, without white space, objects in the order of their members.
    package mutating func writeJSONValue(_ value: JSONValue) {
        let size = JSONWriter.size(of: value)
        self.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { output in
            var writer = JSONWriter(output)
            writer.write(value: value)
            return writer.count
        }
    }

    private mutating func writeJSONString(utf8 string: UnsafeRawBufferPointer) {
        let size = JSONWriter.size(of: string)
        self.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { output in
            var writer = JSONWriter(output)
            if size == string.count + 2 {
                writer.write(plainString: string)
            } else {
                writer.write(string: string)
            }
            return writer.count
        }
    }
}
