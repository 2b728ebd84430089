public import NIOCore

/// Bytes as the payload of a message: a file, an image, or a part of one.
///
/// On the wire it is the object `{"data":"…","last":true,"meta":{…}}` with the bytes in ``Z85``, in a message whose
/// `ext` has a member `binary`. ``BayeuxMessage/init(channel:binary:)`` makes such a message,
/// ``BayeuxMessage/binaryData`` reads one.
///
/// - SeeAlso: CometD 3.1 reference book, "Binary data"; REQUIREMENTS N3.
public struct BinaryData: Hashable, Sendable {
    /// The bytes.
    public var bytes: ByteBuffer
    /// Whether these are the last ones; `false` when another message continues them.
    ///
    /// Default `true`. Wire name `last`.
    public var isLast: Bool
    /// What the application says about the bytes, such as a name or a media type.
    ///
    /// Default `nil`. Wire name `meta`.
    public var metadata: JSONObject?

    /// Makes a payload of a buffer's readable bytes.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - isLast: Whether no other message continues them.
    ///   - metadata: What to say about them.
    public init(_ bytes: ByteBuffer, isLast: Bool = true, metadata: JSONObject? = nil) {
        self.bytes = bytes
        self.isLast = isLast
        self.metadata = metadata
    }

    /// Makes a payload of a copy of bytes.
    ///
    /// - Parameters:
    ///   - bytes: The bytes, such as `[UInt8]` or Foundation's `Data`.
    ///   - isLast: Whether no other message continues them.
    ///   - metadata: What to say about them.
    public init(_ bytes: some Sequence<UInt8>, isLast: Bool = true, metadata: JSONObject? = nil) {
        self.init(ByteBuffer(bytes: bytes), isLast: isLast, metadata: metadata)
    }
}

// MARK: - As JSON

extension BinaryData {
    /// Reads the wire's form.
    ///
    /// - Parameter json: An object with the members `data`, `last` and perhaps `meta`; others are ignored.
    /// - Throws: ``BinaryDataError`` for the first thing that is wrong.
    /// - Complexity: O(*n*) in the length of the text.
    public init(_ json: JSONBytes) throws(BinaryDataError) {
        guard json.kind == .object else { throw BinaryDataError(.notAnObject) }
        guard let text = json["data"], text.kind == .string else { throw BinaryDataError(.dataInvalid) }
        guard let isLast = json["last"]?.boolValue else { throw BinaryDataError(.lastInvalid) }
        switch json["meta"]?.value() {
        case nil, .null: self.metadata = nil
        case .object(let object): self.metadata = object
        case .bool, .number, .string, .array: throw BinaryDataError(.metaInvalid)
        }
        self.isLast = isLast
        do throws(Z85Error) {
            self.bytes = try Self.bytes(of: text)
        } catch {
            throw BinaryDataError(.dataInvalid, cause: error)
        }
    }

    /// The wire's form.
    ///
    /// - Complexity: O(*n*) in the number of bytes.
    public var json: JSONBytes {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(Z85.encodedCount(of: self.bytes.readableBytes) + 64)
        buffer.writeStaticString(#"{"data":""#)
        self.bytes.withUnsafeReadableBytes { bytes in
            // None of the 85 characters needs an escape.
            _ = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Z85.encodedCount(of: bytes.count)) { output in
                Z85.encode(bytes, into: output)
            }
        }
        buffer.writeStaticString(self.isLast ? #"","last":true"# : #"","last":false"#)
        if let metadata = self.metadata {
            buffer.writeStaticString(#","meta":"#)
            buffer.writeJSONValue(.object(metadata))
        }
        buffer.writeStaticString("}")
        return JSONBytes(trusted: buffer)
    }

    /// Decodes a JSON string; one with escapes (some encoders write `\/`) is decoded from a copy.
    private static func bytes(of text: JSONBytes) throws(Z85Error) -> ByteBuffer {
        let result = text.buffer.withUnsafeReadableBytes { bytes -> Result<ByteBuffer, Z85Error>? in
            let body = UnsafeRawBufferPointer(rebasing: bytes[1..<bytes.count - 1])
            guard !body.contains(0x5c) else { return nil }
            return Result { () throws(Z85Error) in try Z85.decode(body) }
        }
        if let result { return try result.get() }
        return try Z85.decode(text.stringValue ?? "")
    }
}

extension BinaryData: Codable {
    /// Reads the wire's form from a decoder.
    ///
    /// - Parameter decoder: Where the object comes from.
    /// - Throws: ``BinaryDataError`` for the first thing that is wrong, or what the decoder throws.
    public init(from decoder: any Decoder) throws {
        try self.init(JSONBytes(from: decoder))
    }

    /// Hands the wire's form over to an encoder; it says nothing about the `ext` of the message around it.
    ///
    /// - Parameter encoder: Where the object goes.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        try self.json.encode(to: encoder)
    }
}
