package import NIOCore

/// One Bayeux message: a JSON object with the protocol's fields and any others.
///
/// A received message stays the bytes that came; a field is found by its place and decoded when it is asked for.
/// What nobody changes leaves as it came, numbers and unknown fields included. The first change copies the members
/// into a list; copies of a message are independent values.
public struct BayeuxMessage: Sendable {
    /// A member of a composed message.
    struct Member: Sendable, Hashable {
        var name: String
        var value: JSONBytes
    }

    enum Storage: Sendable {
        /// As received: offsets into the bytes of the whole batch.
        case received(ByteBuffer, MessageEnvelope)
        /// Made or changed here, in the order of the members.
        case composed([Member])
    }

    var storage: Storage
    /// What the server knows of where the message comes from; never on the wire.
    package var origin: (any AnyObject & Sendable)?
    /// Whether a delivery of the message may wait a little for others; see the server's lazy channels.
    ///
    /// Default `false`. Never on the wire.
    ///
    /// - SeeAlso: CometD 3.1 reference book, "Lazy messages"; REQUIREMENTS L1.
    public var isLazy = false

    /// Takes a message out of a scanned batch.
    ///
    /// - Parameters:
    ///   - batch: The bytes that were scanned.
    ///   - envelope: Where the message's fields lie in them.
    ///   - origin: What the server knows of where the message comes from.
    package init(_ batch: ByteBuffer, _ envelope: MessageEnvelope, origin: (any AnyObject & Sendable)? = nil) {
        self.storage = .received(batch, envelope)
        self.origin = origin
    }

    /// Makes a message for a channel.
    ///
    /// - Parameters:
    ///   - channel: The channel's name; it is not checked here.
    ///   - data: The payload; absent when `nil`.
    public init(channel: String, data: JSONBytes? = nil) {
        self.storage = .composed([])
        self.channel = channel
        self.data = data
    }

    /// Makes an empty message.
    package init() { self.storage = .composed([]) }

    /// The value of one of the protocol's fields, as its JSON; `nil` takes the field out.
    public subscript(field: MessageField) -> JSONBytes? {
        get {
            switch self.storage {
            case .received(let batch, let envelope): return batch.json(at: envelope[field])
            case .composed(let members): return members.first { $0.name == field.rawValue }?.value
            }
        }
        set { self[field.rawValue] = newValue }
    }

    /// The value of any field, as its JSON; `nil` takes the field out.
    ///
    /// - Complexity: O(*n*) in the bytes of a received message for names that the protocol does not know.
    public subscript(name: String) -> JSONBytes? {
        get {
            switch self.storage {
            case .received(let batch, let envelope):
                if let field = MessageField(rawValue: name) { return batch.json(at: envelope[field]) }
                return batch.json(at: envelope.whole)?[name]
            case .composed(let members): return members.first { $0.name == name }?.value
            }
        }
        set {
            var members = self.members
            let index = members.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): return
            }
            self.storage = .composed(members)
        }
    }

    /// Whether a received value is an object; a batch may hold others, which are answered with an error.
    package var isObject: Bool {
        switch self.storage {
        case .received(_, let envelope): envelope.isObject
        case .composed: true
        }
    }

    /// All members in their order; of a name that occurs twice, the last value.
    var members: [Member] {
        switch self.storage {
        case .composed(let members): return members
        case .received(let batch, let envelope):
            guard let whole = batch.json(at: envelope.whole), case .object(let object) = whole.value() else {
                return []
            }
            return object.compactMap { member in
                if envelope.hidesSender, Self.senderFields.contains(member.key) { return nil }
                // The raw bytes of the protocol's fields are at hand; the others are written out again.
                let raw = MessageField(rawValue: member.key).flatMap { self[$0] }
                return Member(name: member.key, value: raw ?? JSONBytes(member.value))
            }
        }
    }

    private static let senderFields = [MessageField.clientID.rawValue, MessageField.id.rawValue]

    /// Takes `clientId` and `id` out, which no other client may see.
    ///
    /// A received message stays the bytes that came.
    package mutating func hideSender() {
        switch self.storage {
        case .received(let batch, var envelope):
            envelope.hidesSender = true
            self.storage = .received(batch, envelope)
        case .composed(var members):
            members.removeAll { Self.senderFields.contains($0.name) }
            self.storage = .composed(members)
        }
    }

    /// Whether the message is the bytes that were received: nobody has changed it.
    package var isAsReceived: Bool {
        guard case .received = self.storage else { return false }
        return true
    }
}

extension ByteBuffer {
    /// The JSON value that lies at a slice, counted from the reader index.
    func json(at slice: JSONSlice) -> JSONBytes? {
        guard !slice.isEmpty else { return nil }
        return self.getSlice(at: self.readerIndex + Int(slice.start), length: slice.range.count)
            .map(JSONBytes.init(trusted:))
    }
}

// MARK: - Fields by their types

extension BayeuxMessage {
    /// The channel; `nil` when it is absent or no string.
    ///
    /// Empty strings are kept.
    public var channel: String? {
        get { self[.channel]?.stringValue }
        set { self[.channel] = newValue.map { JSONBytes(.string($0)) } }
    }

    /// The session that sent the message; `nil` when it is absent or no string.
    public var clientID: String? {
        get { self[.clientID]?.stringValue }
        set { self[.clientID] = newValue.map { JSONBytes(.string($0)) } }
    }

    /// The sender's name for the message; a number counts as its text, `null` as none.
    public var id: String? {
        get {
            guard let id = self[.id] else { return nil }
            return id.kind == .number ? String(buffer: id.buffer) : id.stringValue
        }
        set { self[.id] = newValue.map { JSONBytes(.string($0)) } }
    }

    /// The payload, any JSON value, `null` included.
    public var data: JSONBytes? {
        get { self[.data] }
        set { self[.data] = newValue }
    }

    /// What extensions exchange, an object with one member for each.
    public var ext: JSONBytes? {
        get { self[.ext] }
        set { self[.ext] = newValue }
    }

    /// Adds a member to ``ext``, or replaces it; an `ext` that is no object is replaced, too.
    ///
    /// - Parameters:
    ///   - name: The extension's name.
    ///   - value: What it says.
    public mutating func addExt(_ name: String, _ value: JSONBytes) {
        var object = JSONObject()
        if case .object(let members)? = self.ext?.value() { object = members }
        object[name] = value.value()
        self.ext = JSONBytes(.object(object))
    }

    /// The advice; `nil` when it is absent or no object.
    public var advice: Advice? {
        get { self[.advice].flatMap { Advice($0) } }
        set {
            self[.advice] = newValue.map { advice in
                var buffer = ByteBuffer()
                advice.encode(into: &buffer)
                return JSONBytes(trusted: buffer)
            }
        }
    }

    /// Whether a reply tells of success; `nil` in messages that are no replies.
    public var isSuccessful: Bool? {
        get { self[.successful]?.boolValue }
        set { self[.successful] = newValue.map { JSONBytes(.bool($0)) } }
    }

    /// Why a request was not successful, as `code:arguments:text`.
    public var error: String? {
        get { self[.error]?.stringValue }
        set { self[.error] = newValue.map { JSONBytes(.string($0)) } }
    }

    /// Decodes the payload.
    ///
    /// - Parameter type: What to decode; see ``JSONBytes/decode(_:userInfo:)`` for how dates and the like are read.
    /// - Returns: The decoded payload.
    /// - Throws: `DecodingError` when the payload is absent or of another shape.
    public func data<Payload: Decodable>(as type: Payload.Type = Payload.self) throws -> Payload {
        try self.requiredData(for: type).decode(type)
    }

    /// The payload, which must be there to decode a type from it.
    func requiredData(for type: Any.Type) throws -> JSONBytes {
        guard let data = self.data else {
            throw DecodingError.valueNotFound(
                type,
                DecodingError.Context(codingPath: [], debugDescription: "the message has no data")
            )
        }
        return data
    }
}
