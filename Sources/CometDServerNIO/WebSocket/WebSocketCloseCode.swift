/// Why a WebSocket is closed, as the number in its close frame.
///
/// - SeeAlso: RFC 6455, section 7.4.
enum WebSocketCloseCode {
    /// The purpose of the connection has been fulfilled.
    static let normal: UInt16 = 1000
    /// The server goes down, or nobody has used the connection for a long time.
    static let goingAway: UInt16 = 1001
    /// The peer broke the rules of the framing.
    static let protocolError: UInt16 = 1002
    /// A message is not what it should be: no UTF-8, or no JSON.
    static let invalidPayload: UInt16 = 1007
    /// A message is larger than the receiver takes.
    static let messageTooBig: UInt16 = 1009

    /// Whether a peer may send the code: it has a meaning of its own, or is one of those for libraries and applications.
    ///
    /// - SeeAlso: RFC 6455, section 7.4.2; IANA's registry has 1012 to 1014 besides.
    static func isValid(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
