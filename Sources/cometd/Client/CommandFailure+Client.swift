import CometDClient
import CometDServer

extension CommandFailure {
    /// Why a client's operation has failed, in a user's words, with what to do about it.
    ///
    /// - Parameters:
    ///   - place: Where the server lives.
    ///   - error: What the client says.
    /// - Returns: The failure.
    static func talking(to place: ServerPlace, _ error: ClientError) -> CommandFailure {
        let reason = error.reason.onOneLine
        let code: CommandFailure.Code =
            switch error.code {
            case .urlInvalid, .channelInvalid: .usage
            default: .failure
            }
        return CommandFailure(code, Self.message(error, reason, place))
    }

    private static func message(_ error: ClientError, _ reason: String, _ place: ServerPlace) -> String {
        switch error.code {
        case .unreachable:
            return "cannot connect to \(error.connectedPlace ?? place.authority): \(reason)"
        case .connectionLost:
            return "the connection to \(place.authority) was lost before the answer came: \(reason)"
        case .timeout:
            return "no answer from \(place.authority) in time; see --timeout"
        case .handshakeRefused:
            return "the server refuses the handshake: \(reason); credentials go into --ext or --header"
        case .refused:
            return "the server refuses: \(reason)"
        case .upgradeRefused:
            return "the server refuses WebSockets: \(reason); try --transport long-polling"
        case .noTransport:
            return "the server does not offer the transport; see --transport (\(reason))"
        case .malformedAnswer:
            return "what answers at \(place.url.shownOnOneLine) is no Bayeux server (\(reason)); check the URL's path"
        case .reconnectForbidden:
            return "the server has ended the session and advises not to reconnect"
        case .channelInvalid:
            return reason
        case .overflow:
            return "messages came faster than they could be printed"
        case let code where code.description.hasPrefix("HTTP status"):
            return "\(place.authority) answers with \(code); is \(place.url.shownOnOneLine) the right URL?"
        default:
            return reason
        }
    }
}
