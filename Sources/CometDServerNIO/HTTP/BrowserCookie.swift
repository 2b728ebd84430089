/// Finds the cookie that tells one browser from another.
enum BrowserCookie {
    /// The value of the first cookie of a name.
    ///
    /// - Parameters:
    ///   - name: The cookie's name; its case matters.
    ///   - header: The value of the `Cookie` header, such as `a=1; b=2`.
    /// - Returns: The value; `nil` when there is no such cookie.
    static func value(of name: String, in header: String) -> String? {
        var (name, header) = (name, header)
        return name.withUTF8 { name in
            header.withUTF8 { header in
                self.value(of: name, in: header).map { String(decoding: $0, as: UTF8.self) }
            }
        }
    }

    private static func value(
        of name: UnsafeBufferPointer<UInt8>,
        in header: UnsafeBufferPointer<UInt8>
    ) -> Slice<UnsafeBufferPointer<UInt8>>? {
        var start = 0
        while start < header.count {
            let end = header[start...].firstIndex(of: UInt8(ascii: ";")) ?? header.count
            var pair = header[start..<end]
            while let first = pair.first, self.isBlank(first) { pair.removeFirst() }
            while let last = pair.last, self.isBlank(last) { pair.removeLast() }
            if pair.count > name.count, pair[pair.startIndex + name.count] == UInt8(ascii: "="), pair.starts(with: name)
            {
                return pair.dropFirst(name.count + 1)
            }
            start = end + 1
        }
        return nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
