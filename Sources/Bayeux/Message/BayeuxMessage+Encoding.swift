package import NIOCore

extension BayeuxMessage {
    /// Appends the message as a JSON object.
    package func encode(into buffer: inout ByteBuffer) {
        switch self.storage {
        case .received(let batch, let envelope) where !envelope.hasDuplicates && !envelope.hidesSender:
            buffer.write(batch, envelope.whole.range)
        case .received, .composed:
            Self.encode(self.members, into: &buffer)
        }
    }

    /// Appends the message as its subscribers get it: without `clientId` and `id`.
    ///
    /// A received message is copied around the two; it is not built anew.
    ///
    /// - Parameters:
    ///   - buffer: Where it is appended.
    ///   - keepsID: Whether the `id` stays, in what is for one client only.
    /// - SeeAlso: CometD 3.1.14, `BayeuxServerImpl.handle`; REQUIREMENTS P23.
    package func encodeForDelivery(into buffer: inout ByteBuffer, keepingID keepsID: Bool = false) {
        switch self.storage {
        case .received(let batch, let envelope) where !envelope.hasDuplicates && (!keepsID || envelope.hidesSender):
            Self.copy(envelope, of: batch, into: &buffer)
        case .received, .composed:
            let hidden = [MessageField.clientID.rawValue] + (keepsID ? [] : [MessageField.id.rawValue])
            Self.encode(self.members.filter { !hidden.contains($0.name) }, into: &buffer)
        }
    }

    private static func encode(_ members: [Member], into buffer: inout ByteBuffer) {
        buffer.writeStaticString("{")
        for (index, member) in members.enumerated() {
            if index > 0 { buffer.writeStaticString(",") }
            buffer.writeJSONString(member.name)
            buffer.writeStaticString(":")
            buffer.writeImmutableBuffer(member.value.buffer)
        }
        buffer.writeStaticString("}")
    }

    /// Copies the stretches of members before, between and after the two that are left out.
    private static func copy(_ envelope: MessageEnvelope, of batch: ByteBuffer, into buffer: inout ByteBuffer) {
        let clientID = envelope.clientID.isEmpty ? 0..<0 : Int(envelope.clientIDKey)..<Int(envelope.clientID.end)
        let id = envelope.id.isEmpty ? 0..<0 : Int(envelope.idKey)..<Int(envelope.id.end)
        let (first, second) = clientID.lowerBound <= id.lowerBound ? (clientID, id) : (id, clientID)
        let end = Int(envelope.whole.end) - 1
        var start = Int(envelope.whole.start) + 1
        buffer.writeStaticString("{")
        var isFirst = true
        batch.withUnsafeReadableBytes { bytes in
            for cut in [first, second, end..<end] where !cut.isEmpty || cut.lowerBound == end {
                let stretch = Self.members(in: UnsafeRawBufferPointer(rebasing: bytes[start..<cut.lowerBound]))
                if !stretch.isEmpty {
                    if !isFirst { buffer.writeStaticString(",") }
                    buffer.writeBytes(stretch)
                    isFirst = false
                }
                start = cut.upperBound
            }
        }
        buffer.writeStaticString("}")
    }

    /// A stretch of whole members without the commas and the white space at its ends.
    private static func members(in stretch: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        func isBetweenMembers(_ byte: UInt8) -> Bool {
            byte == 0x2c || byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
        }
        guard let first = stretch.firstIndex(where: { !isBetweenMembers($0) }),
            let last = stretch.lastIndex(where: { !isBetweenMembers($0) })
        else { return UnsafeRawBufferPointer(rebasing: stretch[..<0]) }
        return UnsafeRawBufferPointer(rebasing: stretch[first...last])
    }
}

extension ByteBuffer {
    /// Appends a part of another buffer, counted from its reader index.
    fileprivate mutating func write(_ other: ByteBuffer, _ range: Range<Int>) {
        other.withUnsafeReadableBytes { _ = self.writeBytes(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}
