/// Where the fields of one received message lie in the bytes that were scanned.
///
/// The scanner fills it in its single pass; a field that the message does not have stays ``JSONSlice/none``.
package struct MessageEnvelope: Sendable {
    /// The whole value, from its opening brace to after its closing one.
    package var whole = JSONSlice.none
    /// Whether the value is an object; a batch may hold others, which are answered with an error.
    package var isObject = false
    /// Whether a field occurs twice; the last one counts.
    package var hasDuplicates = false
    /// Whether `clientId` and `id` are not shown, as in a broadcast: they are kept only for being cut out.
    package var hidesSender = false
    /// Where the key of `clientId` starts, so that the member can be cut out.
    package var clientIDKey: UInt32 = 0
    /// Where the key of `id` starts, so that the member can be cut out.
    package var idKey: UInt32 = 0

    package var channel = JSONSlice.none
    package var clientID = JSONSlice.none
    package var id = JSONSlice.none
    package var data = JSONSlice.none
    package var ext = JSONSlice.none
    package var advice = JSONSlice.none
    package var subscription = JSONSlice.none
    package var connectionType = JSONSlice.none
    package var version = JSONSlice.none
    package var minimumVersion = JSONSlice.none
    package var supportedConnectionTypes = JSONSlice.none
    package var successful = JSONSlice.none
    package var error = JSONSlice.none
    package var timestamp = JSONSlice.none

    package init() {}

    package subscript(field: MessageField) -> JSONSlice {
        get {
            switch field {
            case .channel: self.channel
            case .clientID: self.hidesSender ? .none : self.clientID
            case .id: self.hidesSender ? .none : self.id
            case .data: self.data
            case .ext: self.ext
            case .advice: self.advice
            case .subscription: self.subscription
            case .connectionType: self.connectionType
            case .version: self.version
            case .minimumVersion: self.minimumVersion
            case .supportedConnectionTypes: self.supportedConnectionTypes
            case .successful: self.successful
            case .error: self.error
            case .timestamp: self.timestamp
            }
        }
        set {
            switch field {
            case .channel: self.channel = newValue
            case .clientID: self.clientID = newValue
            case .id: self.id = newValue
            case .data: self.data = newValue
            case .ext: self.ext = newValue
            case .advice: self.advice = newValue
            case .subscription: self.subscription = newValue
            case .connectionType: self.connectionType = newValue
            case .version: self.version = newValue
            case .minimumVersion: self.minimumVersion = newValue
            case .supportedConnectionTypes: self.supportedConnectionTypes = newValue
            case .successful: self.successful = newValue
            case .error: self.error = newValue
            case .timestamp: self.timestamp = newValue
            }
        }
    }
}
