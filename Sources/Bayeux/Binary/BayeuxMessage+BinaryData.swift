extension BayeuxMessage {
    /// Makes a message with bytes as its payload, and says so in its `ext`.
    ///
    /// - Parameters:
    ///   - channel: The channel's name; it is not checked here.
    ///   - binary: The payload.
    public init(channel: String, binary: BinaryData) {
        self.init(channel: channel)
        self.setBinaryData(binary)
    }

    /// The bytes that the message carries; `nil` when its `ext` does not announce any by a member `binary`.
    ///
    /// They are decoded each time: keep the result.
    ///
    /// - Throws: ``BinaryDataError`` when they are announced, but the payload is none or malformed.
    /// - Complexity: O(*n*) in the length of the payload.
    public var binaryData: BinaryData? {
        get throws(BinaryDataError) {
            guard self.hasBinaryData else { return nil }
            guard let data = self.data else { throw BinaryDataError(.notAnObject) }
            return try BinaryData(data)
        }
    }

    /// Whether the `ext` announces bytes as the payload, by a member `binary` that is not `null`.
    package var hasBinaryData: Bool {
        guard let mark = self.ext?["binary"] else { return false }
        return !mark.isNull
    }

    /// Replaces the payload by bytes, and says so in the message's `ext`, whose other members stay.
    ///
    /// - Parameter binary: The payload.
    public mutating func setBinaryData(_ binary: BinaryData) {
        self.data = binary.json
        guard !self.hasBinaryData else { return }
        var ext = self.ext?.value().objectValue ?? JSONObject()
        ext["binary"] = [:]
        self.ext = JSONBytes(.object(ext))
    }
}
