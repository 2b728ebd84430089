package import NIOCore

extension Reply {
    /// Appends the reply as a JSON object.
    ///
    /// The members that nearly every reply has are written in one go; the others come before them.
    package func encode(into buffer: inout ByteBuffer) {
        buffer.writeStaticString("{")
        if let handshake = self.handshake { self.encode(handshake, into: &buffer) }
        if let advice = self.advice {
            buffer.writeStaticString("\"advice\":")
            advice.encode(into: &buffer)
            buffer.writeStaticString(",")
        }
        if let ext = self.ext { Self.encode("\"ext\":", ext, into: &buffer) }
        if let subscription = self.subscription { Self.encode("\"subscription\":", subscription, into: &buffer) }
        if let error = self.error {
            buffer.writeStaticString("\"error\":")
            buffer.writeJSONString(error)
            buffer.writeStaticString(",")
        }
        self.encodeChannelAndOutcome(into: &buffer)
    }

    private func encode(_ handshake: Handshake, into buffer: inout ByteBuffer) {
        buffer.writeStaticString("\"version\":\"1.0\",\"minimumVersion\":\"1.0\",\"supportedConnectionTypes\":[")
        for (index, type) in handshake.supportedConnectionTypes.enumerated() {
            if index > 0 { buffer.writeStaticString(",") }
            buffer.writeJSONString(type.rawValue)
        }
        buffer.writeStaticString("],")
        if let clientID = handshake.clientID {
            buffer.writeStaticString("\"clientId\":")
            buffer.writeJSONString(clientID)
            buffer.writeStaticString(",")
        }
    }

    private static func encode(_ key: StaticString, _ value: JSONBytes, into buffer: inout ByteBuffer) {
        buffer.writeStaticString(key)
        buffer.writeImmutableBuffer(value.buffer)
        buffer.writeStaticString(",")
    }

    /// Writes `channel`, `id` and `successful`, and the closing brace.
    private func encodeChannelAndOutcome(into buffer: inout ByteBuffer) {
        let longest = 64 + (self.channel?.buffer.readableBytes ?? 0) + (self.id?.buffer.readableBytes ?? 0)
        buffer.writeGathered(upTo: longest) { text in
            if let channel = self.channel {
                text.append("\"channel\":")
                text.append(channel.buffer)
                text.append(",")
            }
            if let id = self.id {
                // A number comes back as a string, as CometD does.
                let isNumber = id.kind == .number
                text.append(isNumber ? "\"id\":\"" : "\"id\":")
                text.append(id.buffer)
                text.append(isNumber ? "\"," : ",")
            }
            text.append(self.error == nil ? "\"successful\":true}" : "\"successful\":false}")
        }
    }
}
